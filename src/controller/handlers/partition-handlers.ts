/** Where partitions are and who leads them: reassignments and elections. */

import { decideAlterPartitionReassignments } from "../../state/decide-alter-partition-reassignments.ts";
import { decideElectLeaders } from "../../state/decide-elect-leaders.ts";
import { listPartitionReassignments } from "../../state/list-partition-reassignments.ts";
import { type Handlers, LINEARIZABLE, leaderRead, mutation } from "../handler.ts";

export const PARTITION_HANDLERS = {
  alterPartitionReassignments: mutation(
    (quorum, request) => decideAlterPartitionReassignments(request, quorum.view()),
    LINEARIZABLE,
  ),
  listPartitionReassignments: leaderRead((view, request) =>
    listPartitionReassignments(request, view),
  ),
  electLeaders: mutation(
    (quorum, request, { version }) => decideElectLeaders(request, quorum.view(), { version }),
    LINEARIZABLE,
  ),
} satisfies Handlers;
