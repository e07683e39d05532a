/** The image out of the lines of JSON that it comes in. */

import { chunksOf } from "./http/body.ts";
import { QuorateError } from "./http/quorate-error.ts";
import type { Opened } from "./http/transport.ts";
import type { ImageLine } from "./types/log.ts";

const SILENCE_MS = 30_000;

export type ImageThing = Exclude<ImageLine, { readonly type: "END" }>;

/** Line after line, the last one kept back. Throws when the image was cut off, whatever of it has come. */
export async function* imageLines(opened: Opened): AsyncGenerator<ImageThing, void, undefined> {
  let things = 0;
  for await (const line of linesOf(opened)) {
    const parsed = parse(line);
    if (parsed.type === "END") {
      if (parsed.items !== things) throw cutOff(`${things} of ${parsed.items} lines have come`);
      return;
    }
    if (parsed.type !== "IMAGE") things += 1;
    yield parsed;
  }
  throw cutOff("it has no end");
}

async function* linesOf(opened: Opened): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of chunksOf(opened, SILENCE_MS)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    throw cutOff(error instanceof Error ? error.message : String(error), error);
  }
}

function parse(line: string): ImageLine {
  try {
    return JSON.parse(line) as ImageLine;
  } catch (error) {
    throw cutOff("a line is not JSON", error);
  }
}

function cutOff(why: string, cause?: unknown): QuorateError {
  const message = `The image was cut off: ${why}. Read it again.`;
  return new QuorateError(message, { status: null, errorCode: null, cause });
}
