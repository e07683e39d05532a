// The log of the controllers: one JSON object a line, which the platform's log tools read as fields.

type LogValue = string | number | boolean | readonly string[];

/** Writes one line. Values are facts, never secrets or message contents. */
export function logLine(event: string, fields: Readonly<Record<string, LogValue>>): void {
  console.log(JSON.stringify({ event, ...fields }));
}

/** The text of whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
