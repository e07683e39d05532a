/**
 * The metadata at one offset, read from the versioned table. A reader keeps the rows it decoded (never many), so it
 * must not be used any more once the table was cut at or below its offset.
 */

import { assert } from "../base/assert.ts";
import type { Uuid } from "../base/uuid.ts";
import type { MetadataRecord } from "../protocol/metadata-record.ts";
import {
  type AccessTokenState,
  type AclPosition,
  type AclState,
  type BrokerState,
  type ClientQuotaState,
  type ConfigResourceType,
  type ConfigSetting,
  type ControllerState,
  type DelegationTokenState,
  type MetadataView,
  NO_NODE_CONFIG,
  type NodeConfig,
  type PartitionAt,
  type PartitionMark,
  type PartitionState,
  type QuotaEntityPart,
  type RememberedAnswer,
  type ScramCredentialState,
  type TopicState,
} from "./metadata-view.ts";
import { markedPages, pagesOfBroker } from "./partition-index.ts";
import { belongsTo, hasMark } from "./partition-mark.ts";
import {
  behind,
  behindIfAny,
  fromChild,
  type KeyRange,
  KeyRanges,
  type PageAt,
  RowKeys,
  resourceOfConfig,
  timeOfAnswerDue,
} from "./row-key.ts";
import { brokerRow } from "./rows/broker-row.ts";
import { controllerRow } from "./rows/controller-row.ts";
import {
  PARTITIONS_PER_PAGE,
  type PartitionPage,
  pageOf,
  partitionPage,
  partitionsOn,
} from "./rows/partition-page.ts";
import {
  accessTokenOf,
  aclOf,
  answerOf,
  credentialOf,
  quotaOf,
  recordRow,
  tokenOf,
} from "./rows/record-row.ts";
import type { RowFormat } from "./rows/row-format.ts";
import {
  answersShareRow,
  answersSummaryRow,
  configRow,
  countRow,
  featureRow,
  producerIdsRow,
  topicFormRow,
} from "./rows/small-rows.ts";
import { topicRow } from "./rows/topic-row.ts";
import { canCollide } from "./topic-name.ts";
import type { Row, RowKey, VersionedStore } from "./versioned-store.ts";

/** Rows are read in slices, so that no read holds much at once. */
const PAGES_PER_SLICE = 16;
const ROWS_PER_SLICE = 512;
/** Decoded rows kept; a page is the largest, some 50 KB. */
const MAX_CACHED_ROWS = 256;
/** Every request of a client asks for eight entities, most of which have none. */
const MAX_CACHED_QUOTAS = 4096;

const NO_QUOTAS: ReadonlyMap<string, number> = new Map();

export class MetadataReader implements MetadataView {
  readonly node: NodeConfig;
  readonly offset: number;
  readonly #store: VersionedStore;
  readonly #rows = new Map<RowKey, unknown>();
  /** By type, then by name of the resource: whoever asks for what is known makes no key. */
  readonly #configs: Map<ConfigResourceType, Map<string, ReadonlyMap<string, string>>>;
  readonly #quotas: Map<RowKey, ReadonlyMap<string, number>>;
  /** Null while nobody has looked. */
  #hasQuotas: boolean | null = null;
  #features: ReadonlyMap<string, number> | null = null;
  #brokers: ReadonlyMap<number, BrokerState> | null = null;

  /** `earlier` is a reader of the same table whose brokers, features, configs and quotas still stand at `offset`. */
  constructor(
    store: VersionedStore,
    offset: number,
    earlier: MetadataReader | null = null,
    node: NodeConfig = NO_NODE_CONFIG,
  ) {
    this.#store = store;
    this.offset = offset;
    this.node = node;
    this.#configs = earlier === null ? new Map() : earlier.#configs;
    this.#quotas = earlier === null ? new Map() : earlier.#quotas;
    if (earlier === null) return;
    this.#features = earlier.#features;
    this.#brokers = earlier.#brokers;
    this.#hasQuotas = earlier.#hasQuotas;
  }

  metadataVersion(): number {
    const level = this.featureLevel("metadata.version");
    assert(level > 0, `There is no metadata.version at offset ${this.offset}`);
    return level;
  }

  featureLevel(name: string): number {
    return this.features().get(name) ?? 0;
  }

  features(): ReadonlyMap<string, number> {
    if (this.#features === null) {
      const features = this.#decodeAll(KeyRanges.features, featureRow);
      this.#features = new Map(features.map(({ name, level }) => [name, level]));
    }
    return this.#features;
  }

  broker(brokerId: number): BrokerState | null {
    return this.#allBrokers().get(brokerId) ?? null;
  }

  brokers(): readonly BrokerState[] {
    return [...this.#allBrokers().values()];
  }

  controllers(): readonly ControllerState[] {
    return this.#decodeAll(KeyRanges.controllers, controllerRow);
  }

  topicByName(name: string): TopicState | null {
    return this.#read(RowKeys.topicByName(name), topicRow);
  }

  topicById(topicId: Uuid): TopicState | null {
    const topic = this.#page(topicId, 0)?.topic ?? null;
    return topic && { topicId, ...topic };
  }

  topics(afterName: string, limit: number): readonly TopicState[] {
    const range = behind(RowKeys.topicByName(afterName), KeyRanges.topicNames);
    return this.#store.scan(range, this.offset, limit).map(({ value }) => topicRow.decode(value));
  }

  topicWithCollidingName(name: string): TopicState | null {
    if (!canCollide(name)) return null;
    for (const { value } of this.#store.scan(KeyRanges.topicsWithForm(name), this.offset, 2)) {
      const other = topicFormRow.decode(value);
      if (other !== name) return this.topicByName(other);
    }
    return null;
  }

  partition(topicId: Uuid, partitionIndex: number): PartitionState | null {
    if (partitionIndex < 0) return null;
    const page = this.#page(topicId, pageOf(partitionIndex));
    return page?.partitions[partitionIndex % PARTITIONS_PER_PAGE] ?? null;
  }

  *partitions(topicId: Uuid): Iterable<PartitionAt> {
    for (const { key, value } of this.#slices(KeyRanges.pagesOf(topicId), PAGES_PER_SLICE)) {
      const page = Number(key.slice(key.lastIndexOf("/") + 1));
      yield* partitionsOn(partitionPage.decode(value), topicId, page);
    }
  }

  partitionsOfBroker(brokerId: number, fromTopicId: Uuid | "" = ""): Iterable<PartitionAt> {
    const rows = this.#slices(KeyRanges.pagesOfBroker(brokerId, fromTopicId), ROWS_PER_SLICE);
    return this.#meant(pagesOfBroker(rows, fromTopicId), (partition) => {
      return belongsTo(brokerId, partition);
    });
  }

  markedPartitions(mark: PartitionMark, fromTopicId: Uuid | "" = ""): Iterable<PartitionAt> {
    const range = fromChild(KeyRanges.markedPages(mark), fromTopicId);
    const rows = this.#slices(range, ROWS_PER_SLICE);
    return this.#meant(markedPages(rows), (partition) => hasMark(mark, partition));
  }

  /** Of the pages that an index names, the partitions that are meant. */
  *#meant(pages: Iterable<PageAt>, isMeant: (partition: PartitionState) => boolean) {
    for (const { topicId, page } of pages) {
      for (const found of partitionsOn(this.#page(topicId, page), topicId, page)) {
        if (isMeant(found.partition)) yield found;
      }
    }
  }

  *configsOfType(
    type: ConfigResourceType,
    after?: Pick<ConfigSetting, "resourceName" | "name">,
  ): Iterable<ConfigSetting> {
    const last = after && RowKeys.config(type, after.resourceName, after.name);
    const range = behindIfAny(last, KeyRanges.configsOfType(type));
    for (const { key, value } of this.#slices(range, ROWS_PER_SLICE)) {
      yield { resourceName: resourceOfConfig(key), ...configRow.decode(value) };
    }
  }

  acl(id: Uuid): AclState | null {
    return this.#readRecord(RowKeys.acl(id), aclOf);
  }

  *acls(after?: AclPosition): Iterable<AclState> {
    const key =
      after && RowKeys.aclOn(after.resourceType, after.patternType, after.resourceName, after.id);
    yield* this.#records(behindIfAny(key, KeyRanges.acls), aclOf);
  }

  aclsOn(resourceType: number, patternType: number, resourceName: string): readonly AclState[] {
    return [...this.#records(KeyRanges.aclsOn(resourceType, patternType, resourceName), aclOf)];
  }

  aclsUnder(
    resourceType: number,
    patternType: number,
    namePrefix: string,
    limit: number,
  ): readonly AclState[] {
    const range = KeyRanges.aclsUnder(resourceType, patternType, namePrefix);
    const rows = this.#store.scan(range, this.offset, limit);
    return rows.map(({ value }) => aclOf(recordRow.decode(value)));
  }

  *clientQuotas(after?: Pick<ClientQuotaState, "entity" | "key">): Iterable<ClientQuotaState> {
    const key = after && RowKeys.clientQuota(after.entity, after.key);
    yield* this.#records(behindIfAny(key, KeyRanges.clientQuotas), quotaOf);
  }

  hasClientQuotas(): boolean {
    this.#hasQuotas ??= this.#store.scan(KeyRanges.clientQuotas, this.offset, 1).length > 0;
    return this.#hasQuotas;
  }

  clientQuotasOf(entity: readonly QuotaEntityPart[]): ReadonlyMap<string, number> {
    if (!this.hasClientQuotas()) return NO_QUOTAS;
    const range = KeyRanges.clientQuotasOf(entity);
    let quotas = this.#quotas.get(range.start);
    if (quotas === undefined) {
      const found = [...this.#records(range, quotaOf)];
      quotas = new Map(found.map(({ key, value }) => [key, value]));
      if (this.#quotas.size >= MAX_CACHED_QUOTAS) this.#quotas.clear();
      this.#quotas.set(range.start, quotas);
    }
    return quotas;
  }

  scramCredential(user: string, mechanism: number): ScramCredentialState | null {
    return this.#readRecord(RowKeys.scramCredential(user, mechanism), credentialOf);
  }

  *scramCredentials(
    after?: Pick<ScramCredentialState, "name" | "mechanism">,
  ): Iterable<ScramCredentialState> {
    const key = after && RowKeys.scramCredential(after.name, after.mechanism);
    yield* this.#records(behindIfAny(key, KeyRanges.scramCredentials), credentialOf);
  }

  delegationToken(tokenId: string): DelegationTokenState | null {
    return this.#readRecord(RowKeys.delegationToken(tokenId), tokenOf);
  }

  *delegationTokens(afterId?: string): Iterable<DelegationTokenState> {
    const key = afterId === undefined ? undefined : RowKeys.delegationToken(afterId);
    yield* this.#records(behindIfAny(key, KeyRanges.delegationTokens), tokenOf);
  }

  delegationTokenCount(): number {
    return this.#read(RowKeys.delegationTokenCount, countRow) ?? 0;
  }

  delegationTokenCountOf(owner: string): number {
    return this.#read(RowKeys.delegationTokensOf(owner), countRow) ?? 0;
  }

  accessToken(tokenId: string): AccessTokenState | null {
    return this.#readRecord(RowKeys.accessToken(tokenId), accessTokenOf);
  }

  *accessTokens(afterId?: string): Iterable<AccessTokenState> {
    const key = afterId === undefined ? undefined : RowKeys.accessToken(afterId);
    yield* this.#records(behindIfAny(key, KeyRanges.accessTokens), accessTokenOf);
  }

  accessTokenCount(): number {
    return this.#read(RowKeys.accessTokenCount, countRow) ?? 0;
  }

  rememberedAnswer(principal: string, key: string): RememberedAnswer | null {
    const row = this.#store.get(RowKeys.answer(principal, key), this.offset);
    return row === null ? null : { offset: row.offset, ...answerOf(recordRow.decode(row.value)) };
  }

  rememberedAnswerCount(): number {
    return this.#read(RowKeys.answersSummary, answersSummaryRow)?.count ?? 0;
  }

  rememberedAnswerCountOf(principal: string): number {
    return this.#read(RowKeys.answersOf(principal), answersShareRow)?.count ?? 0;
  }

  rememberedAnswerBytes(): number {
    return this.#read(RowKeys.answersSummary, answersSummaryRow)?.bytes ?? 0;
  }

  rememberedAnswerBytesOf(principal: string): number {
    return this.#read(RowKeys.answersOf(principal), answersShareRow)?.bytes ?? 0;
  }

  firstAnswerDueMs(): number | null {
    const summary = this.#read(RowKeys.answersSummary, answersSummaryRow);
    if (summary === null || summary.count === 0) return null;
    const range = KeyRanges.answersDue(summary.noneDueBeforeMs, Number.MAX_SAFE_INTEGER);
    const [first] = this.#store.scan(range, this.offset, 1);
    return first === undefined ? null : timeOfAnswerDue(first.key);
  }

  configs(type: ConfigResourceType, name: string): ReadonlyMap<string, string> {
    const ofType = this.#configs.get(type) ?? new Map<string, ReadonlyMap<string, string>>();
    let configs = ofType.get(name);
    if (configs === undefined) {
      const entries = this.#decodeAll(KeyRanges.configs(type, name), configRow);
      configs = new Map(entries.map((entry) => [entry.name, entry.value]));
      if (ofType.size >= MAX_CACHED_ROWS) ofType.clear();
      this.#configs.set(type, ofType.set(name, configs));
    }
    return configs;
  }

  configOffset(type: ConfigResourceType, resourceName: string, name: string): number | null {
    return this.#store.get(RowKeys.config(type, resourceName, name), this.offset)?.offset ?? null;
  }

  nextProducerId(): bigint {
    return this.#read(RowKeys.producerIds, producerIdsRow) ?? 0n;
  }

  #allBrokers(): ReadonlyMap<number, BrokerState> {
    this.#brokers ??= new Map(
      this.#decodeAll(KeyRanges.brokers, brokerRow).map((broker) => [broker.brokerId, broker]),
    );
    return this.#brokers;
  }

  #page(topicId: Uuid, page: number): PartitionPage | null {
    return this.#read(RowKeys.page(topicId, page), partitionPage);
  }

  #read<T>(key: RowKey, format: RowFormat<T>): T | null {
    const cached = this.#rows.get(key);
    if (cached !== undefined) return cached as T | null;
    const row = this.#store.get(key, this.offset);
    const decoded = row === null ? null : format.decode(row.value);
    if (this.#rows.size >= MAX_CACHED_ROWS) this.#rows.clear();
    this.#rows.set(key, decoded);
    return decoded;
  }

  #readRecord<T>(key: RowKey, toState: (record: MetadataRecord) => T): T | null {
    const record = this.#read(key, recordRow);
    return record === null ? null : toState(record);
  }

  *#records<T>(range: KeyRange, toState: (record: MetadataRecord) => T): Iterable<T> {
    for (const { value } of this.#slices(range, ROWS_PER_SLICE)) {
      yield toState(recordRow.decode(value));
    }
  }

  #decodeAll<T>(range: KeyRange, format: RowFormat<T>): T[] {
    return Array.from(this.#slices(range, ROWS_PER_SLICE), ({ value }) => format.decode(value));
  }

  *#slices(range: KeyRange, rowsPerSlice: number): Iterable<Row> {
    for (let rest = range; ; ) {
      const rows = this.#store.scan(rest, this.offset, rowsPerSlice);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsPerSlice) return;
      rest = behind(last.key, range);
    }
  }
}
