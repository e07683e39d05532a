/** Whether java.util.regex would take a pattern. */

/** Java's own constructs, each with what a JavaScript engine takes in its place. */
const REWRITINGS: readonly (readonly [RegExp, string])[] = [
  // Quoted text.
  [/\\Q[\s\S]*?(?:\\E|$)/g, "q"],
  // Classes of characters by name, and the anchors and escapes that are not JavaScript's.
  [/\\[pP](?:\{\w+(?:=\w+)?\}|[A-Z])/g, "\\w"],
  [/\\[AzZGhHRXVae]/g, "\\w"],
  // Flags, atomic groups and possessive quantifiers.
  [/\(\?[idmsuxU]*(?:-[idmsuxU]+)?([:)])/g, "(?:$1"],
  [/\(\?>/g, "(?:"],
  [/([*+?}])\+/g, "$1"],
];

/** Almost always right: the rules of the two languages differ in corners that nobody writes a client match in. */
export function isJavaPattern(pattern: string): boolean {
  let rewritten = pattern;
  for (const [construct, instead] of REWRITINGS) {
    rewritten = rewritten.replace(construct, instead);
  }
  rewritten = rewritten.replaceAll("(?:)", "").replaceAll("(?::", "(?:");
  return !hasBareBrace(rewritten) && compiles(rewritten);
}

/** Java takes '{' for the beginning of a quantifier wherever it is not escaped or in a class. */
function hasBareBrace(pattern: string): boolean {
  // A class that does not end reaches to the end: otherwise each of many brackets would be looked for to there.
  const outside = pattern.replace(/\\./g, "e").replace(/\[[^\]]*(?:\]|$)/g, "c");
  return /\{/.test(outside.replace(/[^*+?{(|]\{\d+(?:,\d*)?\}/g, "q"));
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
