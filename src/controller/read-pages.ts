/** Long lists in parts, each of which costs the controller little, however long the list is. */

import { encodeUtf8 } from "../base/byte-writer.ts";
import type { Uuid } from "../base/uuid.ts";
import { type AclFilter, aclsMatching, matchesFilter } from "../state/acl-filter.ts";
import { ResourceType } from "../state/authorizer.ts";
import type {
  AclPosition,
  AclState,
  ClientQuotaState,
  MetadataView,
  PartitionAt,
  ScramCredentialState,
} from "../state/metadata-view.ts";
import { isReassigning } from "../state/partition-reassignment.ts";
import { RowKeys } from "../state/row-key.ts";
import type { Page } from "./api.ts";
import {
  aclParts,
  aclPosition,
  credentialParts,
  credentialPosition,
  type PositionParts,
  partitionPosition,
  positionText,
  quotaParts,
  quotaPosition,
} from "./page-position.ts";
import type {
  FoundPartitions,
  NextPage,
  ReadResult,
  ScramCredentialFacts,
  VisiblePage,
} from "./read-result.ts";

/** For those who have a right to the whole list. */
const MAX_LOOKED_AT = 20_000;
/** Each of these is held against the ACLs, which takes some 50 us where they are many. */
const MAX_HIDDEN_LOOKED_AT = 1000;
/** A position goes into a URL, which has 8 KiB and other things to say. Few names are as long as this. */
const MAX_POSITION_BYTES = 2048;
/** So many more are looked at for one whose position is short. */
const MAX_BEYOND = 1000;

interface Part<T> extends NextPage {
  readonly items: readonly T[];
}

export interface VisiblePart<T> extends VisiblePage {
  readonly items: readonly T[];
}

interface Selection<T> {
  readonly limit: number;
  positionOf(item: T): PositionParts;
  isWanted?(item: T): boolean;
  /** Of what is left out, so many are looked at before the part ends. */
  readonly maxLookedAt?: number;
}

/** The next wanted items, and where to go on. There may be more than `limit`, so that the position fits into a URL. */
export function takePart<T>(items: Iterable<T>, selection: Selection<T>): Part<T> {
  const { limit, positionOf, isWanted = () => true, maxLookedAt = MAX_LOOKED_AT } = selection;
  const taken: T[] = [];
  let last: T | undefined;
  let lookedAt = 0;
  let beyond = 0;
  for (const item of items) {
    if (last !== undefined && (taken.length >= limit || lookedAt >= maxLookedAt)) {
      const next = positionText(positionOf(last));
      beyond += 1;
      if (beyond > MAX_BEYOND || fitsIntoUrl(next)) return { items: taken, next };
    }
    if (isWanted(item)) taken.push(item);
    last = item;
    lookedAt += 1;
  }
  return { items: taken, next: null };
}

function fitsIntoUrl(position: string): boolean {
  return position.length <= MAX_POSITION_BYTES && encodeUtf8(position).length <= MAX_POSITION_BYTES;
}

/**
 * The same where the caller may not see everything. Of what he may not nothing is told, not even that there is some: a full part
 * ends when there is something more to see, and the list when there is not.
 */
export function takeVisible<T>(
  items: Iterable<T>,
  selection: Selection<T> & { maySee(item: T): boolean },
): VisiblePart<T> {
  const { limit, positionOf, isWanted = () => true } = selection;
  const { maySee, maxLookedAt = MAX_HIDDEN_LOOKED_AT } = selection;
  const taken: T[] = [];
  const place = (item: T | undefined) =>
    item === undefined ? null : positionText(positionOf(item));
  const part = (next: T | undefined) => ({
    items: taken,
    shown: place(taken.at(-1)),
    next: place(next),
  });
  let last: T | undefined;
  let lookedAt = 0;
  for (const item of items) {
    // Behind what is shown it would look as if there was more.
    if (lookedAt >= maxLookedAt && last !== taken.at(-1)) return part(last);
    last = item;
    lookedAt += 1;
    if (!isWanted(item) || !maySee(item)) continue;
    if (taken.length === limit) return part(taken.at(-1));
    taken.push(item);
  }
  return part(undefined);
}

/** Whether the caller may see a topic. */
export type MaySee = (topicName: string) => boolean;

export function readReplicasOfBroker(
  view: MetadataView,
  { brokerId, page }: { readonly brokerId: number; readonly page: Page },
  { maySee, mayTell }: { readonly maySee: MaySee; readonly mayTell: boolean },
): ReadResult {
  const from = page.after === null ? null : partitionPosition(page.after);
  const found = view.partitionsOfBroker(brokerId, from?.topicId);
  const isWanted = ({ partition }: PartitionAt) => partition.replicas.includes(brokerId);
  return {
    what: "replicas-of-broker",
    // Whoever may not know which brokers there are finds nothing at any of them, but for what he may see.
    found: !mayTell || view.broker(brokerId) !== null,
    ...partitionPart(view, behindPosition(found, page), { limit: page.limit, isWanted, maySee }),
  };
}

export function readReassignments(
  view: MetadataView,
  { topic, page }: { readonly topic: string | null; readonly page: Page },
  maySee: MaySee,
): ReadResult {
  const of = topic === null ? null : view.topicByName(topic);
  if (topic !== null && of === null) {
    return { what: "reassignments", found: false, partitions: [], shown: null, next: null };
  }
  const from = page.after === null ? null : partitionPosition(page.after);
  const marked = view.markedPartitions("reassigning", of?.topicId ?? from?.topicId);
  const found = of === null ? marked : whileOf(of.topicId, marked);
  const isWanted = ({ partition }: PartitionAt) => isReassigning(partition);
  return {
    what: "reassignments",
    found: true,
    ...partitionPart(view, behindPosition(found, page), { limit: page.limit, isWanted, maySee }),
  };
}

function* whileOf(topicId: string, found: Iterable<PartitionAt>): Iterable<PartitionAt> {
  for (const at of found) {
    if (at.topicId !== topicId) return;
    yield at;
  }
}

function* behindPosition(found: Iterable<PartitionAt>, { after }: Page): Iterable<PartitionAt> {
  const from = after === null ? null : partitionPosition(after);
  for (const at of found) {
    const isBefore =
      from !== null &&
      (at.topicId < from.topicId ||
        (at.topicId === from.topicId && at.partitionIndex <= from.index));
    if (!isBefore) yield at;
  }
}

function partitionPart(
  view: MetadataView,
  found: Iterable<PartitionAt>,
  selection: Pick<Selection<PartitionAt>, "limit" | "isWanted"> & { readonly maySee: MaySee },
): Omit<FoundPartitions, "found"> {
  const positionOf = ({ topicId, partitionIndex }: PartitionAt) => [topicId, partitionIndex];
  const ofTopic = byTopic(view, selection.maySee);
  const maySee = ({ topicId }: PartitionAt) => ofTopic(topicId);
  const { items, shown, next } = takeVisible(found, { ...selection, positionOf, maySee });
  const partitions = items.map(({ topicId, partitionIndex, partition }) => ({
    topic: view.topicById(topicId)?.name ?? "",
    index: partitionIndex,
    partition,
  }));
  return { partitions, shown, next };
}

/** Asks once for all partitions of a topic: they stand together. */
function byTopic(view: MetadataView, maySee: MaySee): (topicId: Uuid) => boolean {
  let last: { readonly topicId: Uuid; readonly answer: boolean } | null = null;
  return (topicId) => {
    if (last?.topicId !== topicId) {
      const name = view.topicById(topicId)?.name;
      last = { topicId, answer: name !== undefined && maySee(name) };
    }
    return last.answer;
  };
}

export function readAcls(
  view: MetadataView,
  { filter, page, disabled }: { filter: AclFilter; page: Page; disabled: boolean },
): ReadResult {
  if (disabled) return { what: "acls", disabled, acls: [], next: null };
  const { items, next } = takePart(candidates(view, filter, page.after), {
    limit: page.limit,
    positionOf: (acl: AclState) => aclParts(acl),
    isWanted: (acl) => matchesFilter(acl, filter),
  });
  return { what: "acls", disabled, acls: items, next };
}

/** In the order of their positions. A filter that names its resource chooses few, so they are sorted. */
function candidates(
  view: MetadataView,
  filter: AclFilter,
  after: string | null,
): Iterable<AclState> {
  const position = after === null ? undefined : aclPosition(after);
  if (filter.resourceType === ResourceType.ANY || filter.resourceName === null) {
    return view.acls(position);
  }
  const keyOf = (acl: AclPosition) =>
    RowKeys.aclOn(acl.resourceType, acl.patternType, acl.resourceName, acl.id);
  const first = position === undefined ? "" : keyOf(position);
  return [...aclsMatching(view, filter)]
    .map((acl) => ({ acl, key: keyOf(acl) }))
    .filter(({ key }) => key > first)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ acl }) => acl);
}

export function readQuotas(view: MetadataView, { after, limit }: Page): ReadResult {
  const position = after === null ? undefined : quotaPosition(after);
  const part = takePart(view.clientQuotas(position), {
    limit,
    positionOf: (quota: ClientQuotaState) => quotaParts(quota),
  });
  return { what: "quotas", quotas: part.items, next: part.next };
}

export function readScramCredentials(view: MetadataView, { after, limit }: Page): ReadResult {
  const position = after === null ? undefined : credentialPosition(after);
  const { items, next } = takePart(view.scramCredentials(position), {
    limit,
    positionOf: (credential: ScramCredentialState) => credentialParts(credential),
  });
  return { what: "scram-credentials", credentials: items.map(credentialFacts), next };
}

/** A credential without its keys. */
export function credentialFacts({
  name,
  mechanism,
  iterations,
}: ScramCredentialState): ScramCredentialFacts {
  return { name, mechanism, iterations };
}
