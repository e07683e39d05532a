/**
 * Positions in long lists. They travel through clients as text, so whatever comes back is read as if a stranger had
 * written it.
 */

import { isUuid, type Uuid } from "../base/uuid.ts";
import type {
  AclPosition,
  ClientQuotaState,
  ConfigSetting,
  QuotaEntityPart,
  ScramCredentialState,
} from "../state/metadata-view.ts";

export type PositionParts = readonly (string | number)[];

/** A position that no list has given out. */
export class MisplacedError extends Error {}

const MAX_TEXT_LENGTH = 32_767;

/** The text of a position. */
export function positionText(parts: PositionParts): string {
  return JSON.stringify(parts);
}

/** The parts of a position; throws a MisplacedError at what no list has given out. */
export class PositionReader {
  readonly #parts: readonly unknown[];
  #index = 0;

  constructor(text: string) {
    this.#parts = partsOf(text);
  }

  text(): string {
    const part = this.#next();
    if (typeof part !== "string" || part.length > MAX_TEXT_LENGTH || !part.isWellFormed()) {
      throw new MisplacedError();
    }
    return part;
  }

  number(): number {
    const part = this.#next();
    if (typeof part !== "number" || !Number.isInteger(part) || part < 0 || part > 2 ** 31) {
      throw new MisplacedError();
    }
    return part;
  }

  uuid(): Uuid {
    const part = this.text();
    if (!isUuid(part)) throw new MisplacedError();
    return part;
  }

  /** What is left, as a position of its own; null when nothing is. */
  rest(): string | null {
    const parts = this.#parts.slice(this.#index);
    return parts.length === 0 ? null : JSON.stringify(parts);
  }

  #next(): unknown {
    const part = this.#parts[this.#index];
    this.#index += 1;
    return part;
  }
}

function partsOf(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(text);
    if (Array.isArray(parts)) return parts;
  } catch {
    // Not even JSON.
  }
  throw new MisplacedError();
}

export interface PartitionPosition {
  readonly topicId: Uuid;
  readonly index: number;
}

export function partitionPosition(text: string): PartitionPosition {
  const reader = new PositionReader(text);
  return { topicId: reader.uuid(), index: reader.number() };
}

export function aclPosition(text: string): AclPosition {
  const reader = new PositionReader(text);
  return {
    resourceType: reader.number(),
    patternType: reader.number(),
    resourceName: reader.text(),
    id: reader.uuid(),
  };
}

export function aclParts(acl: AclPosition): PositionParts {
  return [acl.resourceType, acl.patternType, acl.resourceName, acl.id];
}

export function settingPosition(text: string): Pick<ConfigSetting, "resourceName" | "name"> {
  const reader = new PositionReader(text);
  return { resourceName: reader.text(), name: reader.text() };
}

type QuotaPosition = Pick<ClientQuotaState, "entity" | "key">;

/** The key, then type and name of each part; the name "" stands for the default, which no name can be. */
export function quotaPosition(text: string): QuotaPosition {
  const reader = new PositionReader(text);
  const key = reader.text();
  const entity: QuotaEntityPart[] = [];
  while (reader.rest() !== null) {
    const entityType = reader.text();
    const name = reader.text();
    entity.push({ entityType, entityName: name === "" ? null : name });
  }
  return { entity, key };
}

export function quotaParts({ entity, key }: QuotaPosition): PositionParts {
  return [key, ...entity.flatMap(({ entityType, entityName }) => [entityType, entityName ?? ""])];
}

type CredentialPosition = Pick<ScramCredentialState, "name" | "mechanism">;

export function credentialPosition(text: string): CredentialPosition {
  const reader = new PositionReader(text);
  return { name: reader.text(), mechanism: reader.number() };
}

export function credentialParts({ name, mechanism }: CredentialPosition): PositionParts {
  return [name, mechanism];
}
