/**
 * The whole metadata at one offset, in parts: section after section, each with the position that it has got to. Secrets
 * are left out.
 */

import {
  ConfigResource,
  type ConfigResourceType,
  type ConfigSetting,
  type MetadataView,
} from "../state/metadata-view.ts";
import type { Page } from "./api.ts";
import { isSecretConfig } from "./hidden-secrets.ts";
import {
  aclParts,
  aclPosition,
  credentialParts,
  credentialPosition,
  MisplacedError,
  type PositionParts,
  PositionReader,
  quotaParts,
  quotaPosition,
  settingPosition,
} from "./page-position.ts";
import { credentialFacts, takePart } from "./read-pages.ts";
import type { ImageItem, ImageSetting, ReadResult } from "./read-result.ts";

/** An item, and the position behind it in its section. */
interface Placed {
  readonly item: ImageItem;
  readonly position: PositionParts;
}

type Section = (view: MetadataView, after: string | null) => Iterable<Placed>;

/** In the order in which the image has them. */
const SECTIONS: readonly Section[] = [
  whole((view) => [...view.features()].map(([name, level]) => ({ kind: "feature", name, level }))),
  whole((view) => view.controllers().map((controller) => ({ kind: "controller", controller }))),
  whole((view) => view.brokers().map((broker) => ({ kind: "broker", broker }))),
  topics,
  ...Object.entries(ConfigResource).map(([name, type]) => configs(name, type)),
  quotas,
  scramCredentials,
  delegationTokens,
  acls,
  whole((view) => [{ kind: "producer-ids", nextProducerId: String(view.nextProducerId()) }]),
];

const TOPICS_PER_SLICE = 64;

export function readImage(view: MetadataView, { after, limit }: Page): ReadResult {
  const start = after === null ? null : new PositionReader(after);
  const first = start === null ? 0 : start.number();
  const inFirst = start?.rest() ?? null;
  const placed = placedFrom(view, first, inFirst);
  const { items, next } = takePart(placed, { limit, positionOf: ({ position }) => position });
  return { what: "image", items: items.map(({ item }) => item), next };
}

function* placedFrom(view: MetadataView, first: number, inFirst: string | null): Iterable<Placed> {
  for (const [index, section] of SECTIONS.entries()) {
    if (index < first) continue;
    for (const { item, position } of section(view, index === first ? inFirst : null)) {
      yield { item, position: [index, ...position] };
    }
  }
}

/** A section that is short enough to be counted through. */
function whole(read: (view: MetadataView) => readonly ImageItem[]): Section {
  return function* placeAll(view, after) {
    const from = after === null ? 0 : new PositionReader(after).number();
    for (const [index, item] of read(view).slice(from).entries()) {
      yield { item, position: [from + index + 1] };
    }
  };
}

/** Each topic is followed by its partitions; the position names the topic and its next partition. */
function* topics(view: MetadataView, after: string | null): Iterable<Placed> {
  let name = "";
  if (after !== null) {
    const reader = new PositionReader(after);
    name = reader.text();
    yield* partitions(view, name, reader.number());
  }
  for (;;) {
    const slice = view.topics(name, TOPICS_PER_SLICE);
    for (const topic of slice) {
      ({ name } = topic);
      yield { item: { kind: "topic", topic }, position: [name, 0] };
      yield* partitions(view, name, 0);
    }
    if (slice.length < TOPICS_PER_SLICE) return;
  }
}

function* partitions(view: MetadataView, topicName: string, from: number): Iterable<Placed> {
  const topic = view.topicByName(topicName);
  if (topic === null) throw new MisplacedError();
  for (let index = from; index < topic.partitionCount; index++) {
    const partition = view.partition(topic.topicId, index);
    if (partition === null) continue;
    yield {
      item: { kind: "partition", topic: topicName, index, partition },
      position: [topicName, index + 1],
    };
  }
}

function configs(typeName: string, type: ConfigResourceType): Section {
  return function* placeConfigs(view, after) {
    const position = after === null ? undefined : settingPosition(after);
    for (const setting of view.configsOfType(type, position)) {
      yield {
        item: { kind: "config", type: typeName, setting: withoutSecret(type, setting) },
        position: [setting.resourceName, setting.name],
      };
    }
  };
}

/** What nobody is shown who asks for the configs is not shown here either. */
function withoutSecret(type: ConfigResourceType, setting: ConfigSetting): ImageSetting {
  return isSecretConfig(type, setting.name) ? { ...setting, value: null } : setting;
}

function* quotas(view: MetadataView, after: string | null): Iterable<Placed> {
  const position = after === null ? undefined : quotaPosition(after);
  for (const quota of view.clientQuotas(position)) {
    yield { item: { kind: "quota", quota }, position: quotaParts(quota) };
  }
}

function* scramCredentials(view: MetadataView, after: string | null): Iterable<Placed> {
  const position = after === null ? undefined : credentialPosition(after);
  for (const found of view.scramCredentials(position)) {
    const credential = credentialFacts(found);
    yield {
      item: { kind: "scram-credential", credential },
      position: credentialParts(credential),
    };
  }
}

function* delegationTokens(view: MetadataView, after: string | null): Iterable<Placed> {
  const afterId = after === null ? undefined : new PositionReader(after).text();
  for (const token of view.delegationTokens(afterId)) {
    yield { item: { kind: "delegation-token", token }, position: [token.tokenId] };
  }
}

function* acls(view: MetadataView, after: string | null): Iterable<Placed> {
  const position = after === null ? undefined : aclPosition(after);
  for (const acl of view.acls(position)) {
    yield { item: { kind: "acl", acl }, position: aclParts(acl) };
  }
}
