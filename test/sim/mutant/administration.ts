/** Mistakes in what administrators ask for: rights, configs, quotas, credentials, tokens, moves and elections. */

import type { Mutant } from "./mutant.ts";

const AUTHORIZER = "src/state/standard-authorizer.ts";
const ACL_INDEX = "src/state/acl-index.ts";
const WRITER = "src/state/metadata-writer.ts";
const CHANGE = "src/state/partition-change.ts";
const REASSIGNMENT = "src/state/partition-reassignment.ts";
const BALANCE = "src/state/decide-leader-balance.ts";
const PARTITION_WRITER = "src/state/partition-writer.ts";

export const ADMINISTRATION_MUTANTS: readonly Mutant[] = [
  {
    name: "deny-ignored",
    namedBy: "rights",
    mistake: "a rule that denies does not count where another one allows",
    patches: [
      {
        file: AUTHORIZER,
        find: 'if (acl.permissionType === Permission.DENY) return { kind: "acl", acl };',
        replace: "if (acl.permissionType === Permission.DENY) continue;",
      },
    ],
  },
  {
    name: "all-is-not-each",
    mistake: "a rule for all operations does not count for each of them (KAFKA-13697)",
    patches: [
      {
        file: AUTHORIZER,
        find: "if (acl.operation === Operation.ALL || acl.operation === operation) return true;",
        replace: "if (acl.operation === operation) return true;",
      },
    ],
  },
  {
    name: "host-ignored",
    mistake: "a rule counts wherever the request comes from",
    patches: [
      {
        file: AUTHORIZER,
        find: "if (acl.host !== WILDCARD && acl.host !== host && !isInCidr(host, acl.host)) return false;",
        replace: 'if (acl.host === "" && isInCidr(host, acl.host)) return false;',
      },
    ],
  },
  {
    name: "prefix-shadows-prefix",
    mistake: "a rule for a short prefix hides the rules for longer ones (KAFKA-14265)",
    patches: [
      {
        file: ACL_INDEX,
        find: "found.push(...subtree.filter((pattern) => resourceName.startsWith(pattern.resourceName)));",
        replace:
          "found.push(...subtree.filter((pattern) => resourceName.startsWith(pattern.resourceName)).slice(0, 1));",
      },
    ],
  },
  {
    name: "rules-cached-too-long",
    mistake: "rules that were read once are used again although some have come or gone",
    patches: [
      {
        file: ACL_INDEX,
        find: "const INDEXES = new WeakMap<MetadataView, AclIndex>();",
        replace: `const INDEXES = {
  uses: 0,
  kept: undefined as AclIndex | undefined,
  get(_view: MetadataView) { this.uses += 1; return this.uses % 40 === 0 ? undefined : this.kept; },
  set(_view: MetadataView, index: AclIndex) { this.kept = index; },
};`,
      },
    ],
  },
  {
    name: "revoked-right-is-honoured",
    mistake: "a new leader judges by the rules that it knows to be committed, not by all that are",
    patches: [
      {
        file: "src/controller/callers.ts",
        find: "const view = quorum.isActive ? quorum.view() : quorum.committedView();",
        replace: "const view = quorum.isActive ? quorum.committedView() : quorum.committedView();",
      },
    ],
  },
  {
    name: "removed-rule-is-found",
    mistake: "a rule that was removed is still found by what it is about",
    patches: [
      {
        file: WRITER,
        find: "    edits.set(aclIndexKey(aclOf(known)), recordRow, null);\n",
        replace: "    aclIndexKey(aclOf(known));\n",
      },
    ],
  },
  {
    name: "validation-writes",
    namedBy: "settings",
    mistake: "configs that are only to be validated are set",
    patches: [
      {
        file: "src/state/decide-alterations.ts",
        find: "records: validateOnly ? [] : records,",
        replace: "records: validateOnly ? records : records,",
      },
    ],
  },
  {
    name: "configs-cached-too-long",
    mistake: "decoded configs are used again after some were set",
    patches: [
      {
        file: "src/controller/applying-log.ts",
        find: '  "producerIds",\n',
        replace: '  "producerIds",\n  "config",\n',
      },
    ],
  },
  {
    name: "quota-stays",
    mistake: "a quota that is removed keeps its value",
    patches: [
      {
        file: WRITER,
        find: "recordRow, removed ? null : record),",
        replace: "recordRow, removed ? record : record),",
      },
    ],
  },
  {
    name: "credential-stays",
    mistake: "the deletion of a credential is answered and not written",
    patches: [
      {
        file: "src/state/decide-alter-user-scram-credentials.ts",
        find: 'records.push({ type: "removeUserScramCredential", version: 0, data: { name, mechanism } });',
        replace:
          'if (mechanism > 9) records.push({ type: "removeUserScramCredential", version: 0, data: { name, mechanism } });',
      },
    ],
  },
  {
    name: "expired-token-stays",
    namedBy: "tokens",
    mistake: "tokens that have expired are removed an hour late",
    patches: [
      {
        file: "src/state/decide-token-expiry.ts",
        find: "if (isExpired(token, nowMs)) expired.push(token.tokenId);",
        replace: "if (isExpired(token, nowMs - 3_600_000)) expired.push(token.tokenId);",
      },
    ],
  },
  {
    name: "renewed-without-end",
    mistake: "a renewal may carry a token beyond its end",
    patches: [
      {
        file: "src/state/decide-token-expiry.ts",
        find: "const expirationTimestampMs = Math.min(token.maxTimestampMs, wantedMs);",
        replace: "const expirationTimestampMs = wantedMs;",
      },
    ],
  },
  {
    name: "cancel-keeps-new-replicas",
    mistake: "a reassignment that is taken back keeps the replicas that it was to add",
    patches: [
      { file: REASSIGNMENT, find: "      replicas: remaining,\n", replace: "      replicas,\n" },
    ],
  },
  {
    name: "move-drops-at-once",
    mistake: "a reassignment takes replicas away when it begins",
    patches: [
      {
        file: REASSIGNMENT,
        find: "replicas: [...wanted, ...removingReplicas],",
        replace: "replicas: [...wanted, ...removingReplicas.slice(1)],",
      },
    ],
  },
  {
    name: "move-is-done-early",
    namedBy: "reassignments",
    mistake: "a reassignment is complete although not all new replicas are in sync",
    patches: [
      {
        file: CHANGE,
        find: "if (removesAll || !includesAll(inSync, addingReplicas)) return wanted;",
        replace: "if (removesAll || inSync.length === 0) return wanted;",
      },
    ],
  },
  {
    name: "eligible-beside-enough",
    mistake: "replicas stay eligible although enough are in sync again",
    patches: [
      {
        file: CHANGE,
        find: "if (isr.length >= minInsyncReplicas) return [];",
        replace: "if (isr.length > minInsyncReplicas) return [];",
      },
    ],
  },
  {
    name: "eligible-under-another-minimum",
    mistake: "who is eligible stays so when min.insync.replicas changes",
    patches: [
      {
        file: "src/state/config-records.ts",
        find: "if (view.featureLevel(ELR_FEATURE) === 0) return [];",
        replace: "if (view.featureLevel(ELR_FEATURE) >= 0) return [];",
      },
    ],
  },
  {
    name: "elects-fenced",
    mistake: "an election takes a replica whose broker is fenced",
    patches: [
      {
        file: "src/state/topic-rules.ts",
        find: "(replica === besides || isActive(view, replica)) &&",
        replace:
          "(replica === besides || isActive(view, replica) || view.broker(replica) !== null) &&",
      },
    ],
  },
  {
    name: "elects-uncleanly-unasked",
    mistake:
      "leaderless partitions get any leader, whether the topic accepts the loss of records or not",
    patches: [
      {
        file: BALANCE,
        find: "rules.rulesOf(topicId).uncleanElection;",
        replace: "rules.rulesOf(topicId).recordVersion >= 0;",
      },
    ],
  },
  {
    name: "preferred-takes-anybody",
    mistake: "the election of a preferred leader takes anybody when it is not in sync",
    patches: [
      {
        file: "src/state/decide-elect-leaders.ts",
        find: "{ ...this.#rules.changeRules(topicId, partition), mode: this.#type },",
        replace: '{ ...this.#rules.changeRules(topicId, partition), mode: "unclean" },',
      },
    ],
  },
  {
    name: "balances-nobody",
    namedBy: "led-in-the-end",
    mistake: "leaders are not balanced",
    patches: [
      {
        file: BALANCE,
        find: 'return electMarked(view, "imbalanced", elections, () => true, maxElections);',
        replace: 'return electMarked(view, "imbalanced", elections, () => false, maxElections);',
      },
    ],
  },
  {
    name: "mark-outlives-topic",
    mistake: "the marks of a topic's pages stay when it is deleted",
    patches: [
      {
        file: PARTITION_WRITER,
        find: "for (const mark of marksOf(content)) {",
        replace: "for (const mark of [...marksOf(content)].slice(1)) {",
      },
    ],
  },
  {
    name: "page-outlives-topic",
    namedBy: "indexes",
    mistake: "a broker is still led to a page of a topic that was deleted",
    patches: [
      {
        file: PARTITION_WRITER,
        find: "for (const broker of brokersOf(content)) this.#unlist(broker, topicId, page);",
        replace:
          "for (const broker of [...brokersOf(content)].slice(1)) this.#unlist(broker, topicId, page);",
      },
    ],
  },
  {
    name: "list-begins-anew",
    namedBy: "indexes",
    mistake: "of the topics that were created together a broker is led to the newest only",
    patches: [
      {
        file: PARTITION_WRITER,
        find: "return withTopic(list, topicId, this.#edits.offset);",
        replace: "return withTopic(list && null, topicId, this.#edits.offset);",
      },
    ],
  },
  {
    name: "mark-stays",
    namedBy: "indexes",
    mistake: "a page keeps its mark when nothing in it has it any more",
    patches: [
      {
        file: PARTITION_WRITER,
        find: "if (marks.has(mark) === marksBefore.has(mark)) continue;",
        replace: "if (marks.has(mark) === marksBefore.has(mark) || !marks.has(mark)) continue;",
      },
    ],
  },
];
