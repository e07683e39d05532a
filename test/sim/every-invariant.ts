/** All invariants that a run is held to, fresh for one run. */

import { AcknowledgedIsCommitted } from "./invariant/acknowledged-is-committed.ts";
import { AppliedOnce } from "./invariant/applied-once.ts";
import { Bounded } from "./invariant/bounded.ts";
import { BrokerEpochs } from "./invariant/broker-epochs.ts";
import { BrokersReturn } from "./invariant/brokers-return.ts";
import { CommittedIsNotCut } from "./invariant/committed-is-not-cut.ts";
import { CommittedOnMajority } from "./invariant/committed-on-majority.ts";
import { CommittedStays } from "./invariant/committed-stays.ts";
import { Convergence } from "./invariant/convergence.ts";
import { ElectionSafety } from "./invariant/election-safety.ts";
import { EpochGrows } from "./invariant/epoch-grows.ts";
import { FullSession } from "./invariant/full-session.ts";
import { HighWatermarkGrows } from "./invariant/high-watermark-grows.ts";
import { Indexes } from "./invariant/indexes.ts";
import { LeaderCompleteness } from "./invariant/leader-completeness.ts";
import { LedInTheEnd } from "./invariant/led-in-the-end.ts";
import { LegalRoles } from "./invariant/legal-roles.ts";
import { Linearizable } from "./invariant/linearizable.ts";
import { LogMatching } from "./invariant/log-matching.ts";
import { LonelyLeader } from "./invariant/lonely-leader.ts";
import { NoLimbo } from "./invariant/no-limbo.ts";
import { NoPhantoms } from "./invariant/no-phantoms.ts";
import { ObserversSeeCommitted } from "./invariant/observers-see-committed.ts";
import { OffsetsInOrder } from "./invariant/offsets-in-order.ts";
import { OneVote } from "./invariant/one-vote.ts";
import { OwnEpochFirst } from "./invariant/own-epoch-first.ts";
import { PartitionMoves } from "./invariant/partition-moves.ts";
import { ProducerIds } from "./invariant/producer-ids.ts";
import { Reassignments } from "./invariant/reassignments.ts";
import { Rights } from "./invariant/rights.ts";
import { SameState } from "./invariant/same-state.ts";
import { Settings } from "./invariant/settings.ts";
import { Tokens } from "./invariant/tokens.ts";
import { TopicIdentity } from "./invariant/topic-identity.ts";
import type { Invariant } from "./observation.ts";

/** In the order in which they are asked: the more basic first, so that the cause is named and not a consequence. */
export function everyInvariant(): Invariant[] {
  return [
    new EpochGrows(),
    new ElectionSafety(),
    new OneVote(),
    new LegalRoles(),
    new LogMatching(),
    new CommittedIsNotCut(),
    new LeaderCompleteness(),
    new HighWatermarkGrows(),
    new SameState(),
    new CommittedStays(),
    new OwnEpochFirst(),
    new CommittedOnMajority(),
    new LonelyLeader(),
    new NoLimbo(),
    new Bounded(),
    new Indexes(),
    new Convergence(),
    new BrokersReturn(),
    new ObserversSeeCommitted(),
    new AcknowledgedIsCommitted(),
    new NoPhantoms(),
    new AppliedOnce(),
    new TopicIdentity(),
    new BrokerEpochs(),
    new Reassignments(),
    new PartitionMoves(),
    new LedInTheEnd(),
    new Settings(),
    new Tokens(),
    new Rights(),
    new FullSession(),
    new ProducerIds(),
    new OffsetsInOrder(),
    new Linearizable(),
  ];
}
