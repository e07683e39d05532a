/**
 * Objects that are made for each request and dropped with it. V8 forgets a shape of which a collection finds no object,
 * and throws away the code that was compiled for it: under load that is every second, and the code is needed again at once.
 * V8 says so with --trace-deopt: "embedded weak objects cleared".
 */

/**
 * A function that hands on what it is given and keeps the newest, and all that it refers to: the stores of a controller that
 * has ended, with a few megabytes, until the next one makes its first.
 */
export function shapeKeeper<T extends object>(): (made: T) => T {
  const newest: T[] = [];
  return (made) => {
    newest[0] = made;
    return made;
  };
}
