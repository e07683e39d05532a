/** The one error that reading untrusted bytes may throw. The door of each transport turns it into an answer. */

export class MalformedError extends Error {
  override readonly name = "MalformedError";
}
