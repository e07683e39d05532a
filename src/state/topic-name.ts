/** Which names a topic may have. */

const MAX_LENGTH = 249;
const LEGAL = /^[a-zA-Z0-9._-]+$/;

/** What is wrong with the name of a new topic, in Kafka's words, or null. */
export function topicNameProblem(name: string): string | null {
  const reason = reasonAgainst(name);
  return reason === null ? null : `Topic name is invalid: ${reason}`;
}

function reasonAgainst(name: string): string | null {
  if (name === "") return "the empty string is not allowed";
  if (name === ".") return "'.' is not allowed";
  if (name === "..") return "'..' is not allowed";
  if (name.length > MAX_LENGTH) {
    return `the length of '${name}' is longer than the max allowed length ${MAX_LENGTH}`;
  }
  if (LEGAL.test(name)) return null;
  return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
}

/** The form of the name in metrics, which cannot tell '.' from '_': two topics with one form collide. */
export function collisionForm(name: string): string {
  return name.replaceAll(".", "_");
}

/** False when no other name has the same form: such a topic needs no place in the index of forms. */
export function canCollide(name: string): boolean {
  return name.includes(".") || name.includes("_");
}
