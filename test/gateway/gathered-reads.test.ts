import { expect, test } from "vitest";
import { GatheredReads } from "../../workers/gathered-reads.ts";

/** A controller that answers when it is told to. */
class Controller {
  nowMs = 0;
  readonly calls: {
    readonly texts: readonly string[];
    readonly call: PromiseWithResolvers<readonly string[]>;
  }[] = [];
  readonly kept: Promise<unknown>[] = [];
  /** What the calls wait for without a controller. */
  readonly waits: { readonly ms: number; end(): void }[] = [];
  readonly reads = new GatheredReads({
    nowMs: () => this.nowMs,
    keepAlive: (work) => this.kept.push(work),
    wait: (ms) => {
      const wait = Promise.withResolvers<void>();
      this.waits.push({ ms, end: wait.resolve });
      return wait.promise;
    },
    carry: (texts) => {
      const call = Promise.withResolvers<readonly string[]>();
      this.calls.push({ texts, call });
      return call.promise;
    },
  });

  /** Ends the waits up to this one. */
  async endWaits(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      this.waits[index]?.end();
      await settled();
    }
  }

  /** What was sent so far, call by call. */
  async sent(): Promise<readonly (readonly string[])[]> {
    await settled();
    return this.calls.map(({ texts }) => texts);
  }

  async answer(index: number): Promise<void> {
    const { texts = [], call } = this.calls[index] ?? {};
    call?.resolve(texts.map((text) => `${text}!`));
    await settled();
  }
}

/** Lets everything run that waits for nothing. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("A read that is alone goes at once", async () => {
  const controller = new Controller();
  const read = controller.reads.read("a");
  expect(await controller.sent()).toEqual([["a"]]);
  await controller.answer(0);
  expect(await read).toBe("a!");
});

test("Reads that come while a call is under way go together when it ends, and each gets its own answer", async () => {
  const controller = new Controller();
  const reads = ["a", "b", "c"].map((text) => controller.reads.read(text));
  expect(await controller.sent()).toEqual([["a"]]);
  await controller.answer(0);
  expect(await controller.sent()).toEqual([["a"], ["b", "c"]]);
  await controller.answer(1);
  expect(await Promise.all(reads)).toEqual(["a!", "b!", "c!"]);
});

test("A call that fails fails its own reads and no others", async () => {
  const controller = new Controller();
  const reads = Promise.allSettled(["a", "b"].map((text) => controller.reads.read(text)));
  await controller.sent();
  controller.calls[0]?.call.reject(new Error("lost"));
  expect(await controller.sent()).toEqual([["a"], ["b"]]);
  await controller.answer(1);
  expect(await reads).toEqual([
    { status: "rejected", reason: new Error("lost") },
    { status: "fulfilled", value: "b!" },
  ]);
});

test("A call that hangs is not waited for longer than 20 ms, and one after it can be waited for again", async () => {
  const controller = new Controller();
  void controller.reads.read("hangs");
  void controller.reads.read("waits");
  controller.nowMs = 20;
  const soon = controller.reads.read("soon");
  expect(await controller.sent()).toEqual([["hangs"]]);
  controller.nowMs = 21;
  const late = controller.reads.read("late");
  const next = controller.reads.read("next");
  expect(await controller.sent()).toEqual([["hangs"], ["waits", "soon", "late"]]);
  await controller.answer(0);
  expect(await controller.sent()).toHaveLength(2);
  await controller.answer(1);
  await controller.answer(2);
  expect(await Promise.all([soon, late, next])).toEqual(["soon!", "late!", "next!"]);
});

test("At most 64 reads go together", async () => {
  const controller = new Controller();
  const reads = Array.from({ length: 1 + 64 + 1 }, (_, index) => controller.reads.read(`${index}`));
  const sizes = (await controller.sent()).map((texts) => texts.length);
  expect(sizes).toEqual([1, 64]);
  await controller.answer(1);
  await controller.endWaits(2);
  await controller.answer(2);
  await controller.answer(0);
  expect((await Promise.all(reads)).at(-1)).toBe("65!");
});

test("Reads for whose answers there was no room in a call are sent again", async () => {
  const controller = new Controller();
  const reads = ["a", "b", "c", "d"].map((text) => controller.reads.read(text));
  await controller.sent();
  await controller.answer(0);
  controller.calls[1]?.call.resolve(["b!"]);
  expect(await reads[1]).toBe("b!");
  const late = controller.reads.read("late");
  expect(await controller.sent()).toEqual([["a"], ["b", "c", "d"], ["c", "d"]]);
  await controller.answer(2);
  expect(await controller.sent()).toHaveLength(4);
  await controller.answer(3);
  expect(await Promise.all([...reads, late])).toEqual(["a!", "b!", "c!", "d!", "late!"]);
});

test.each([
  [[], "Cannot use answers: 0 for 2 reads"],
  [["b!", "c!", "d!"], "Cannot use answers: 3 for 2 reads"],
])("The answers %j for two reads are the answer to none of them", async (answers, message) => {
  const controller = new Controller();
  const reads = ["a", "b", "c"].map((text) => controller.reads.read(text));
  await controller.sent();
  await controller.answer(0);
  controller.calls[1]?.call.resolve(answers);
  const lost = { status: "rejected", reason: new Error(message) };
  expect(await Promise.allSettled(reads)).toEqual([
    { status: "fulfilled", value: "a!" },
    lost,
    lost,
  ]);
});

test("What carries the reads of others is kept going to its end, also when it fails", async () => {
  const controller = new Controller();
  const reads = Promise.allSettled(["a", "b"].map((text) => controller.reads.read(text)));
  await controller.sent();
  await controller.answer(0);
  controller.calls[1]?.call.reject(new Error("lost"));
  await reads;
  expect(controller.kept).toHaveLength(2);
  expect(await Promise.all(controller.kept)).toEqual([undefined, undefined]);
});

/** A first call alone, then one of eight that was answered while eight more have gathered. */
async function answeredMany(controller: Controller): Promise<void> {
  for (const count of [1, 8, 8]) {
    for (let index = 0; index < count; index++) void controller.reads.read("r");
    await settled();
    if (count === 1) continue;
    await controller.answer(controller.calls.length - 1);
  }
}

async function sizes(controller: Controller): Promise<readonly number[]> {
  return (await controller.sent()).map((texts) => texts.length);
}

test("With many reads the next call waits until half of those who were answered have asked again", async () => {
  const controller = new Controller();
  await answeredMany(controller);
  expect(await sizes(controller)).toEqual([1, 8]);
  for (let index = 0; index < 3; index++) void controller.reads.read("again");
  expect(await sizes(controller)).toEqual([1, 8]);
  const last = controller.reads.read("again");
  expect(await sizes(controller)).toEqual([1, 8, 12]);
  await controller.answer(2);
  expect(await last).toBe("again!");
});

test("Whoever was answered and does not come back holds the others up for 2 ms, then not for a while", async () => {
  const controller = new Controller();
  await answeredMany(controller);
  await controller.endWaits(1);
  expect(await sizes(controller)).toEqual([1, 8]);
  await controller.endWaits(2);
  expect(controller.waits.map(({ ms }) => ms)).toEqual([1, 1]);
  expect(await sizes(controller)).toEqual([1, 8, 8]);
  for (let index = 0; index < 8; index++) void controller.reads.read("r");
  await controller.answer(2);
  expect(await sizes(controller)).toEqual([1, 8, 8, 8]);
  for (let index = 0; index < 8; index++) void controller.reads.read("r");
  await controller.answer(3);
  expect(controller.waits).toHaveLength(3);
  expect(await sizes(controller)).toHaveLength(4);
});

test("A wait that is over changes nothing for those who went before it ended", async () => {
  const controller = new Controller();
  await answeredMany(controller);
  for (let index = 0; index < 4; index++) void controller.reads.read("again");
  void controller.reads.read("later");
  await controller.endWaits(1);
  expect(await sizes(controller)).toEqual([1, 8, 12]);
});

test("They are waited for as long as five come in each millisecond but the first", async () => {
  const controller = new Controller();
  await answeredMany(controller);
  for (let index = 0; index < 4 + 64; index++) void controller.reads.read("r");
  expect(await sizes(controller)).toEqual([1, 8, 12, 64]);
  void controller.reads.read("r");
  await controller.answer(3);
  for (const [ended, coming] of [0, 5, 5, 4].entries()) {
    expect(await sizes(controller)).toEqual([1, 8, 12, 64]);
    for (let index = 0; index < coming; index++) void controller.reads.read("again");
    await controller.endWaits(1 + ended + 1);
  }
  expect(await sizes(controller)).toEqual([1, 8, 12, 64, 1 + 5 + 5 + 4]);
});

/** Eight were answered, and nobody has asked anything since. */
async function answeredAll(controller: Controller): Promise<void> {
  for (const count of [1, 8]) {
    for (let index = 0; index < count; index++) void controller.reads.read("r");
    await settled();
  }
  await controller.answer(0);
  await controller.answer(1);
  expect(await sizes(controller)).toEqual([1, 8]);
}

test("The first who comes back of many waits for half of them", async () => {
  const controller = new Controller();
  await answeredAll(controller);
  for (let index = 0; index < 3; index++) void controller.reads.read("again");
  expect(await sizes(controller)).toEqual([1, 8]);
  const last = controller.reads.read("again");
  expect(await sizes(controller)).toEqual([1, 8, 4]);
  await controller.answer(2);
  expect(await last).toBe("again!");
});

test("The first who comes back of many goes alone when no others follow in 2 ms", async () => {
  const controller = new Controller();
  await answeredAll(controller);
  const read = controller.reads.read("again");
  await controller.endWaits(1);
  expect(await sizes(controller)).toEqual([1, 8]);
  await controller.endWaits(2);
  expect(await sizes(controller)).toEqual([1, 8, 1]);
  await controller.answer(2);
  expect(await read).toBe("again!");
});

test("Whoever comes more than a millisecond after many were answered waits for nobody", async () => {
  const controller = new Controller();
  await answeredAll(controller);
  controller.nowMs += 2;
  void controller.reads.read("later");
  expect(await sizes(controller)).toEqual([1, 8, 1]);
  expect(controller.waits).toEqual([]);
});

test("A few reads wait for nobody", async () => {
  const controller = new Controller();
  for (const count of [1, 3, 3]) {
    for (let index = 0; index < count; index++) void controller.reads.read("r");
    await settled();
    await controller.answer(controller.calls.length - 1);
  }
  expect(controller.waits).toEqual([]);
  expect(await sizes(controller)).toEqual([1, 1, 2, 3]);
});
