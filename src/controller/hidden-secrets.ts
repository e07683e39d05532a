/** What is not shown of records that are read as JSON, whoever reads: secrets, and what helps to guess them. */

import type { Json } from "../protocol/json-form.ts";
import type { RecordName } from "../protocol/metadata-record.ts";
import { isSensitiveBrokerConfig } from "../state/broker-config.ts";
import { ConfigResource, type ConfigResourceType } from "../state/metadata-view.ts";

/** Stands where something is left out. */
export const HIDDEN = "[hidden]";

const SECRET_FIELDS: { readonly [N in RecordName]?: readonly string[] } = {
  userScramCredential: ["salt", "storedKey", "serverKey"],
  accessToken: ["secretHash", "previousSecretHash"],
  rememberedAnswer: ["fingerprint", "answer"],
};

/** True for a config whose value DescribeConfigs shows to nobody. */
export function isSecretConfig(resourceType: ConfigResourceType, name: string): boolean {
  return resourceType === ConfigResource.BROKER && isSensitiveBrokerConfig(name);
}

/** The JSON form of a record with its secrets hidden; a field that has no value is shown to have none. */
export function withoutSecrets(type: RecordName, json: Json): Json {
  if (json === null || typeof json !== "object" || Array.isArray(json)) return json;
  const fields = type === "config" ? secretFieldsOfConfig(json) : (SECRET_FIELDS[type] ?? []);
  if (fields.length === 0) return json;
  const shown = Object.entries(json).map(([name, value]) => {
    return [name, fields.includes(name) && value !== null ? HIDDEN : value] as const;
  });
  return Object.fromEntries(shown);
}

function secretFieldsOfConfig({ resourceType, name }: { [name: string]: Json }): readonly string[] {
  return isSecretConfig(resourceType as ConfigResourceType, name as string) ? ["value"] : [];
}
