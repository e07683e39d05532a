/** How large a request may be. What arrives is counted, whatever its headers say. */

import { HttpError } from "./kafka-error.ts";

const MAX_URL_BYTES = 8 * 1024;
export const MAX_BODY_BYTES = 256 * 1024;
/** Of routes that do many things at once. */
export const MAX_BATCH_BODY_BYTES = 1024 * 1024;

/** Throws 414 for a URL that is too long. It is ASCII, so characters are bytes. */
export function checkUrl(url: string): void {
  if (url.length > MAX_URL_BYTES) {
    throw new HttpError(414, 414, `The URL has more than ${MAX_URL_BYTES} bytes.`);
  }
}

/** The bytes of a body; throws 413 as soon as there are too many. */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("Content-Length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      void reader.cancel().catch(() => {});
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, 413, `The body has more than ${maxBytes} bytes.`);
}
