/** Mistakes in what is held back in memory: rows that the table does not have yet, and the newest batches of the log. */

import type { Mutant } from "./mutant.ts";

const STORE = "src/state/write-behind-store.ts";
const APPLYING = "src/controller/applying-log.ts";
const TAIL = "src/raft/log-tail.ts";

export const HELD_MUTANTS: readonly Mutant[] = [
  {
    name: "applies-again-too-late",
    mistake: "after a start the first batch that the table does not have is left out",
    patches: [
      {
        file: APPLYING,
        find: "if (batch.control || batch.lastOffset < fromOffset) continue;",
        replace: "if (batch.control || batch.baseOffset <= fromOffset) continue;",
      },
    ],
  },
  {
    name: "calls-too-much-stored",
    mistake: "the table is said to reach one offset further than what was applied",
    patches: [
      {
        file: STORE,
        find: "this.#table.putVersions(versions, this.#endOffset);",
        replace: "this.#table.putVersions(versions, this.#endOffset + 1);",
      },
    ],
  },
  {
    name: "cuts-held-rows-only",
    mistake: "what is in the table stays there when the log is cut below it",
    patches: [
      {
        file: STORE,
        find: "if (endOffset < this.#table.endOffset) this.#table.truncate(endOffset);",
        replace: "",
      },
    ],
  },
  {
    name: "cuts-all-held-rows",
    mistake: "when the log is cut all held rows are forgotten, also those below the cut",
    patches: [
      {
        file: STORE,
        find: "for (const { key, offset, value, grows } of kept) this.#hold(key, offset, value, grows);",
        replace: "kept.length = 0;",
      },
    ],
  },
  {
    name: "scans-the-table-only",
    mistake: "rows that are held back are not found by range",
    patches: [{ file: STORE, find: "if (this.#holdsAnyIn(range)) this.#write();", replace: "" }],
  },
  {
    name: "remembers-absence-too-long",
    mistake: "that the table has no such row is still believed when it was written",
    patches: [
      {
        file: STORE,
        find: "    this.#absent.cut(this.#sorted);\n",
        replace: "",
      },
    ],
  },
  {
    name: "believes-absence-in-the-past",
    mistake: "that there is no such row at an old offset counts for every other",
    patches: [
      {
        file: STORE,
        find: "const isNewest = atOffset >= this.#table.endOffset - 1;",
        replace: "const isNewest = atOffset >= 0;",
      },
    ],
  },
  {
    name: "reads-newest-held",
    mistake: "a read at an old offset gets the newest version that is held",
    patches: [
      {
        file: STORE,
        find: "if (version.offset > atOffset) continue;",
        replace: "",
      },
    ],
  },
  {
    name: "keeps-tail-when-cut",
    mistake: "the newest batches stay in memory when the log is cut",
    patches: [
      {
        file: TAIL,
        find: "clear(): void {\n    this.#batches = [];",
        replace: "clear(): void {\n    if (this.#first >= 0) return;\n    this.#batches = [];",
      },
    ],
  },
  {
    name: "tail-passes-the-end",
    mistake: "a read from memory goes beyond the offset that it was told to end at",
    patches: [
      {
        file: TAIL,
        find: "if (batch === undefined || batch.lastOffset >= endOffset) break;",
        replace: "if (batch === undefined) break;",
      },
    ],
  },
];
