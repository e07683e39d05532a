/** All cases, in the order of the table. */

import type { Case } from "./case.ts";
import { unavailability } from "./p1-unavailability.ts";
import { topics } from "./p2-topics.ts";
import { restart } from "./p3-restart.ts";
import { memory } from "./p4-memory.ts";
import { fencing } from "./p5-fencing.ts";
import { commit } from "./p6-commit.ts";
import { httpReads } from "./p7-http-reads.ts";
import { filling } from "./p8-filling.ts";
import { growth } from "./p9-growth.ts";

export const EVERY_CASE: readonly Case[] = [
  unavailability,
  topics,
  restart,
  memory,
  fencing,
  commit,
  httpReads,
  filling,
  growth,
];
