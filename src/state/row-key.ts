/**
 * The keys of every row of the metadata state. Readable, printable ASCII, ordered as text: ids are zero-padded to ten
 * digits, and text that users chose is escaped so that it can hold neither '/' nor anything below it.
 */

import { encodeUtf8 } from "../base/byte-writer.ts";
import type { Uuid } from "../base/uuid.ts";
import type { QuotaEntityPart } from "./metadata-view.ts";
import type { RowKey } from "./versioned-store.ts";

/** A range of keys: start <= key < end. */
export interface KeyRange {
  readonly start: RowKey;
  readonly end: RowKey;
}

const SMALL_IDS = Array.from({ length: 256 }, (_, id) => String(id).padStart(10, "0"));

/** So many characters of a topic's id are the same for those that were created within 64 offsets. */
export const ID_GROUP_CHARS = 7;

/** A page and the topic that it is of. */
export interface PageAt {
  readonly topicId: Uuid;
  readonly page: number;
}

export const RowKeys = {
  feature: (name: string): RowKey => `feature/${escapeText(name)}`,
  broker: (brokerId: number): RowKey => `broker/${digits(brokerId)}`,
  controller: (controllerId: number): RowKey => `controller/${digits(controllerId)}`,
  topicByName: (name: string): RowKey => `topic-name/${escapeText(name)}`,
  topicForm: (name: string): RowKey => `topic-form/${form(name)}/${escapeText(name)}`,
  page: (topicId: Uuid, page: number): RowKey => `page/${topicId}/${digits(page)}`,
  /** Before the keys of the further pages of the same topics, and behind those of all whose ids are less. */
  brokerFirstPages: (brokerId: number, topicId: Uuid): RowKey =>
    `broker-page/${digits(brokerId)}/${topicId.slice(0, ID_GROUP_CHARS)}`,
  /** Not of the first page. */
  brokerPage: (brokerId: number, topicId: Uuid, page: number): RowKey =>
    `broker-page/${digits(brokerId)}/${topicId}/${digits(page)}`,
  config: (resourceType: number, resourceName: string, name: string): RowKey =>
    `config/${resourceType}/${escapeText(resourceName)}/${escapeText(name)}`,
  producerIds: "producer-ids",
  markedPage: (mark: string, topicId: Uuid, page: number): RowKey =>
    `marked-page/${mark}/${topicId}/${digits(page)}`,
  acl: (id: Uuid): RowKey => `acl/${id}`,
  aclOn: (resourceType: number, patternType: number, resourceName: string, id: Uuid): RowKey =>
    `acl-on/${resourceType}/${patternType}/${escapeText(resourceName)}/${id}`,
  clientQuota: (entity: readonly QuotaEntityPart[], name: string): RowKey =>
    `client-quota/${entityText(entity)}/${escapeText(name)}`,
  scramCredential: (user: string, mechanism: number): RowKey =>
    `scram-credential/${escapeText(user)}/${mechanism}`,
  delegationToken: (tokenId: string): RowKey => `delegation-token/${escapeText(tokenId)}`,
  delegationTokenCount: "delegation-tokens",
  delegationTokensOf: (owner: string): RowKey => `delegation-tokens-of/${escapeText(owner)}`,
  zkMigration: "zk-migration",
  accessToken: (tokenId: string): RowKey => `access-token/${escapeText(tokenId)}`,
  answer: (principal: string, key: string): RowKey =>
    `answer/${escapeText(principal)}/${escapeText(key)}`,
  answerDue: (expirationTimestampMs: number, answerKey: RowKey): RowKey =>
    `answer-due/${timestamp(expirationTimestampMs)}/${answerKey}`,
  answersSummary: "answers",
  answersOf: (principal: string): RowKey => `answers-of/${escapeText(principal)}`,
  accessTokenCount: "access-tokens",
} as const;

export const KeyRanges = {
  features: childrenOf("feature"),
  brokers: childrenOf("broker"),
  controllers: childrenOf("controller"),
  pages: childrenOf("page"),
  topicNames: childrenOf("topic-name"),
  topicsWithForm: (name: string): KeyRange => childrenOf(`topic-form/${form(name)}`),
  pagesOf: (topicId: Uuid): KeyRange => childrenOf(`page/${topicId}`),
  pagesOfBrokers: childrenOf("broker-page"),
  /** From the list that the first page of a topic is in; of all topics when it is empty. */
  pagesOfBroker: (brokerId: number, fromTopicId: Uuid | ""): KeyRange =>
    fromChild(childrenOf(`broker-page/${digits(brokerId)}`), fromTopicId.slice(0, ID_GROUP_CHARS)),
  configs: (resourceType: number, resourceName: string): KeyRange =>
    childrenOf(`config/${resourceType}/${escapeText(resourceName)}`),
  configsOfType: (resourceType: number): KeyRange => childrenOf(`config/${resourceType}`),
  markedPages: (mark: string): KeyRange => childrenOf(`marked-page/${mark}`),
  markedPagesOf: (mark: string, topicId: Uuid): KeyRange =>
    childrenOf(`marked-page/${mark}/${topicId}`),
  acls: childrenOf("acl-on"),
  aclsOn: (resourceType: number, patternType: number, resourceName: string): KeyRange =>
    childrenOf(`acl-on/${resourceType}/${patternType}/${escapeText(resourceName)}`),
  /** `namePrefix` must not end within a surrogate pair. */
  aclsUnder: (resourceType: number, patternType: number, namePrefix: string): KeyRange =>
    startingWith(`acl-on/${resourceType}/${patternType}/${escapeText(namePrefix)}`),
  clientQuotas: childrenOf("client-quota"),
  clientQuotasOf: (entity: readonly QuotaEntityPart[]): KeyRange =>
    childrenOf(`client-quota/${entityText(entity)}`),
  scramCredentials: childrenOf("scram-credential"),
  delegationTokens: childrenOf("delegation-token"),
  accessTokens: childrenOf("access-token"),
  /** The answers that expire from one time through another. */
  answersDue: (fromMs: number, throughMs: number): KeyRange => ({
    start: `answer-due/${timestamp(fromMs)}`,
    end: `answer-due/${timestamp(throughMs + 1)}`,
  }),
} as const;

/** The part of `range` that begins with one of its children. */
export function fromChild({ start, end }: KeyRange, child: string): KeyRange {
  return { start: `${start}${child}`, end };
}

/** The part of `range` that is behind `key`. */
export function behind(key: RowKey, range: KeyRange): KeyRange {
  // No character of a key is below the space.
  return { start: `${key} `, end: range.end };
}

/** The part of `range` that is behind `key`, or all of it. */
export function behindIfAny(key: RowKey | undefined, range: KeyRange): KeyRange {
  return key === undefined ? range : behind(key, range);
}

export const FIRST_PAGES_KEY_LENGTH = RowKeys.brokerFirstPages(
  0,
  "A".repeat(ID_GROUP_CHARS),
).length;

/** Whether it is the key of a list of first pages. */
export function isFirstPagesKey(key: RowKey): boolean {
  return key.length === FIRST_PAGES_KEY_LENGTH && key.startsWith(KeyRanges.pagesOfBrokers.start);
}

/** The topic and the page that a `broker-page/` or `marked-page/` key names. */
export function pageOfIndexKey(key: RowKey): PageAt {
  const [, , topicId = "", page = ""] = key.split("/");
  return { topicId, page: Number(page) };
}

/** The `answer/` key in an `answer-due/` key. */
export function keyOfAnswerDue(dueKey: RowKey): RowKey {
  return dueKey.split("/").slice(2).join("/");
}

/** The `answers-of/` key of the principal of an `answer/` key. */
export function countKeyOfAnswer(answerKey: RowKey): RowKey {
  return `answers-of/${answerKey.split("/")[1]}`;
}

/** When the answer expires that an `answer-due/` key names. */
export function timeOfAnswerDue(dueKey: RowKey): number {
  return Number(dueKey.split("/")[1]);
}

/** `text` in printable ASCII without '/': everything but letters, digits and `._-` as %XX of its UTF-8 bytes. */
export function escapeText(text: string): string {
  if (/^[a-zA-Z0-9._-]*$/.test(text)) return text;
  let escaped = "";
  for (const byte of encodeUtf8(text)) {
    const character = String.fromCharCode(byte);
    escaped += /[a-zA-Z0-9._-]/.test(character)
      ? character
      : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`;
  }
  return escaped;
}

/** The text that escapeText made `escaped` of. */
export function unescapeText(escaped: string): string {
  return decodeURIComponent(escaped);
}

/** The resource that a `config/` key belongs to. */
export function resourceOfConfig(key: RowKey): string {
  return unescapeText(key.split("/")[2] ?? "");
}

function childrenOf(parent: string): KeyRange {
  // '0' is the character behind '/'.
  return { start: `${parent}/`, end: `${parent}0` };
}

function startingWith(text: string): KeyRange {
  // No character of a key is above the tilde.
  return { start: text, end: `${text}~` };
}

/** Names of one form collide in metric names, so Kafka lets only one of them exist. */
function form(name: string): string {
  return escapeText(name.replaceAll(".", "_"));
}

function entityText(entity: readonly QuotaEntityPart[]): string {
  return entity
    .map(({ entityType, entityName }) =>
      // A default entity has no name; '=' cannot come from the escaping, so nothing else reads the same.
      entityName === null
        ? escapeText(entityType)
        : `${escapeText(entityType)}=${escapeText(entityName)}`,
    )
    .sort()
    .join(",");
}

function digits(id: number): string {
  return SMALL_IDS[id] ?? String(id).padStart(10, "0");
}

function timestamp(ms: number): string {
  return String(ms).padStart(16, "0");
}
