/** Offsets in six bytes, the highest first: compared as bytes, they are in the order of numbers. */

export const UINT48_BYTES = 6;

/** Writes `value`, from 0 to 2^48 - 1, at `position`. */
export function writeUint48(target: Uint8Array, position: number, value: number): void {
  let rest = value;
  for (let i = UINT48_BYTES - 1; i >= 0; i--) {
    target[position + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

export function readUint48(bytes: Uint8Array, position: number): number {
  let value = 0;
  for (let i = 0; i < UINT48_BYTES; i++) value = value * 256 + (bytes[position + i] ?? 0);
  return value;
}
