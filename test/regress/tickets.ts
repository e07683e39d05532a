/**
 * The faults of KRaft and its relatives that this project has to be safe from: what went wrong there, and which test here
 * would show it, or what has to exist first.
 */

/** What does not exist yet and brings the test with it. */
export type Later = "snapshots" | "membership change" | "metrics";

export type Coverage =
  /** By tests of this folder whose names begin with the ticket. */
  | { readonly by: "scenario"; readonly file: string }
  /** By a test that would only be copied here. */
  | { readonly by: "elsewhere"; readonly file: string; readonly test: string }
  | { readonly by: "later"; readonly needs: Later };

export interface Ticket {
  readonly ticket: string;
  /** What went wrong. */
  readonly fact: string;
  readonly covered: Coverage;
}

type Facts = readonly (readonly [ticket: string, fact: string])[];

/** Each ticket once. */
export const TICKETS: readonly Ticket[] = [
  ...coveredBy({ by: "scenario", file: "test/regress/elections.test.ts" }, [
    [
      "KAFKA-10527",
      "A restarted leader led its epoch again and reused offsets with other records.",
    ],
    ["KAFKA-10661", "A leader that shut down had no role for leaving without voting or leading."],
    ["KAFKA-15489", "A leader that no majority could reach went on leading."],
    ["KAFKA-16144", "The check for a lost majority ended the leadership of a sole voter."],
    ["KAFKA-16531", "The check for a lost majority counted a leader that was not a voter."],
    ["KAFKA-17641", "Merely asking for votes already moved the epoch of those who were asked."],
    ["KAFKA-17642", "A voter without its leader had no role for asking before it campaigned."],
    ["KAFKA-16164", "A voter with half a connection deposed a healthy leader again and again."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/observers.test.ts" }, [
    ["KAFKA-17067", "A replica without a vote could become a candidate."],
    ["KAFKA-17332", "A voter to be had not flushed its log, and resigning without a vote threw."],
    ["KAFKA-17751", "A timer that had run out was not set again, and the replica spun."],
    ["KAFKA-19354", "An observer went on asking around after it had been told its leader."],
    ["KAFKA-20514", "An observer stayed with a leader's unreachable address and asked no other."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/replication.test.ts" }, [
    ["KAFKA-12619", "The high watermark was shown at the epoch's start, one record too early."],
    ["KAFKA-12460", "A follower that was told to truncate committed records did so."],
    ["KAFKA-12181", "The leader failed on a voter that came back without its log."],
    ["KAFKA-16530", "A leader that was not a voter counted its own log as a voter's."],
    ["KAFKA-15100", "A timer thread answered waiting fetches; divergence was not told at once."],
    ["KAFKA-13959", "The high watermark came a fetch late, and brokers chased a busy log fenced."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/identity.test.ts" }, [
    ["KAFKA-12440", "Votes, epochs and snapshots were exchanged without looking at the cluster."],
    ["KAFKA-10817", "Fetches were served without looking at the cluster."],
    ["KAFKA-13528", "Brokers were registered without looking at the cluster."],
    ["KAFKA-17426", "A voter with a new disk passed for the one that had lost it."],
    ["KAFKA-17604", "A described quorum lacked the endpoints of voters that came later."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/failover.test.ts" }, [
    ["KAFKA-17333", "A restarted former leader told its controller that it led."],
    ["KAFKA-16286", "Whoever asked late was not told the current leader and epoch."],
    ["KAFKA-15345", "On an empty log leadership was announced before its epoch had begun."],
    ["KAFKA-14035", "Taking uncommitted state back failed when leadership was lost."],
    ["KAFKA-15860", "The controllers' registrations were missing from the published state."],
    ["etcd-20418", "A process that had been paused answered a read from before its pause."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/storage.test.ts" }, [
    ["KAFKA-13884", "It was not settled who must have its log on disk before it fetches on."],
    ["KAFKA-14104", "Batches were read from disk without a look at their checksum."],
    ["KAFKA-15412", "A stored election in an unknown format was read as if it were known."],
    ["KAFKA-14273", "The stored election was replaced while open, which some systems refuse."],
    ["KAFKA-13104", "A controller gave up after a fault, and its raft went on leading."],
    ["etcd-14370", "A sole member acknowledged writes before they were stored."],
  ]),
  ...coveredBy(
    {
      by: "elsewhere",
      file: "test/controller/outside-voters.test.ts",
      test: "a follower that cannot read a record keeps nothing of it and stops",
    },
    [["KAFKA-14275", "A standby skipped a record it could not apply, and later led without it."]],
  ),
  ...coveredBy({ by: "scenario", file: "test/regress/brokers.test.ts" }, [
    ["KAFKA-13916", "A leader could add a fenced replica to its ISR."],
    ["KAFKA-14154", "A controller that was behind called a leader outdated that was ahead of it."],
    ["KAFKA-16952", "A broker that registered again in the same life got another epoch."],
    ["KAFKA-19130", "A new active controller gave fenced brokers a session, and so kept them out."],
    ["KAFKA-14204", "One operation's records made a batch too large, and leadership was lost."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/unclean-shutdowns.test.ts" }, [
    ["KAFKA-18106", "After an unclean shutdown partitions changed without leader and epochs."],
    ["KAFKA-18635", "Whether a broker had shut down cleanly was not looked at."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/topics.test.ts" }, [
    ["KAFKA-13324", "Topics that were only to be validated were created."],
    ["KAFKA-13861", "Partitions that were only to be validated were added."],
    ["KAFKA-14129", "Partitions chosen by the client were accepted with gaps between them."],
    ["KAFKA-13743", "Topics that metrics cannot tell apart were created side by side."],
    ["KAFKA-14337", "A deleted topic went on blocking names that resemble its own."],
    ["KAFKA-14358", "A topic with the name of the metadata log could be created."],
    [
      "KAFKA-14996",
      "An operation too large for a batch brought down one controller after another.",
    ],
    ["KAFKA-14170", "Deleting a topic failed when some partition was offline."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/checkers.test.ts" }, [
    ["KAFKA-12851", "A test waited for an offset that the system had never promised."],
  ]),
  ...coveredBy({ by: "scenario", file: "test/regress/acls.test.ts" }, [
    ["KAFKA-14435", "The verdict for resources without rules was given where rules exist."],
    ["KAFKA-14265", "A rule for a short prefix hid the rules for longer ones."],
    ["KAFKA-13697", "A rule for all operations did not count for each of them."],
    ["KAFKA-13698", "Hosts in rules were compared by name instead of by address."],
    ["KAFKA-13889", "A rule made and removed within one delta was mishandled."],
    ["KAFKA-13892", "A deletion that matched one rule twice removed it twice."],
  ]),
  ...coveredBy(
    {
      by: "elsewhere",
      file: "test/controller/authorization.test.ts",
      test: "a controller that does not know the ACLs yet asks to try again, but not super users",
    },
    [["KAFKA-13649", "Requests were judged before the rules had been loaded."]],
  ),
  ...coveredBy({ by: "later", needs: "snapshots" }, [
    ["KAFKA-14618", "A snapshot's id named its last offset here and the one after it there."],
    ["KAFKA-15076", "A replica went on with its log where a newer snapshot was at hand."],
    ["KAFKA-15078", "A follower at the beginning was sent the log instead of a snapshot."],
    ["KAFKA-14238", "The log was cleaned beyond what the snapshots contain."],
    ["KAFKA-14240", "A replica started on a shortened log without the snapshot before it."],
    ["KAFKA-12205", "Snapshots from before the log's beginning were kept for ever."],
    ["KAFKA-15312", "A snapshot was in place before its bytes were, and empty after a crash."],
    ["KAFKA-12952", "A snapshot did not mark its ends, so that a shortened one looked whole."],
    ["KAFKA-14183", "The file a new cluster begins from lacked the marks of a snapshot's ends."],
    ["KAFKA-14894", "The end of loading a snapshot was not announced, and what it removed stayed."],
  ]),
  ...coveredBy({ by: "later", needs: "membership change" }, [
    ["KAFKA-17608", "A committed control record left no state to return to when leadership ended."],
    ["KAFKA-19850", "A voter that was removed joined again by itself at once."],
    ["raft-dev-2015", "A change before the epoch had committed made two disjoint majorities."],
  ]),
  ...coveredBy({ by: "later", needs: "metrics" }, [
    ["KAFKA-14457", "Metrics showed what was not committed yet."],
  ]),
];

function coveredBy(covered: Coverage, facts: Facts): Ticket[] {
  return facts.map(([ticket, fact]) => ({ ticket, fact, covered }));
}
