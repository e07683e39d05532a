/** The settings of a state, read the way its users would read them. */

import { ConfigResource, type MetadataView } from "../../src/state/metadata-view.ts";
import {
  aclKey,
  configKey,
  credentialKey,
  credentialValue,
  featureKey,
  PRESENT,
  quotaKey,
  type SettingChange,
  tokenKey,
} from "./setting.ts";

export function* settingsOf(view: MetadataView): Iterable<SettingChange> {
  for (const type of Object.values(ConfigResource)) {
    for (const { resourceName, name, value } of view.configsOfType(type)) {
      yield { key: configKey(type, resourceName, name), value };
    }
  }
  for (const { entity, key, value } of view.clientQuotas()) {
    yield { key: quotaKey(entity, key), value: String(value) };
  }
  for (const { name, mechanism, iterations, salt } of view.scramCredentials()) {
    yield { key: credentialKey(name, mechanism), value: credentialValue(iterations, salt) };
  }
  for (const { tokenId, expirationTimestampMs } of view.delegationTokens()) {
    yield { key: tokenKey(tokenId), value: String(expirationTimestampMs) };
  }
  for (const acl of view.acls()) yield { key: aclKey(acl), value: PRESENT };
  for (const [name, level] of view.features()) {
    yield { key: featureKey(name), value: String(level) };
  }
}
