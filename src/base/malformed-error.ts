/** The one error that reading untrusted bytes may throw. The door of each transport turns it into an answer. */

export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

/** Reads what came from outside. Only reading may fail so: a MalformedError from anything else is a mistake of ours. */
export function attempt<T>(read: () => T): T | MalformedError {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedError) return error;
    throw error;
  }
}
