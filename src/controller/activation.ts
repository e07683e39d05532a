/** What a controller writes when it becomes active: the first records of a new cluster, and who the controllers are. */

import type { Prng } from "../base/prng.ts";
import { randomUuid } from "../base/uuid.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import type { Voter } from "../raft/voter-set.ts";
import {
  bootstrapRecords,
  MetadataVersion,
  SUPPORTED_FEATURES,
} from "../state/metadata-version.ts";
import type { ControllerState, MetadataView } from "../state/metadata-view.ts";
import type { FormatDocument } from "./api.ts";

/** The records that a log without any metadata begins with; none when it has some (KIP-778). */
export function firstRecords(view: MetadataView, document: FormatDocument): NewRecord[] {
  if (view.features().size > 0) return [];
  return bootstrapRecords({
    metadataVersion: document.metadataVersion,
    features: new Map(Object.entries(document.features)),
  });
}

/** Registrations of those voters that are not registered, or with another endpoint (KIP-919). */
export function controllerRegistrations(
  view: MetadataView,
  voters: readonly Voter[],
  prng: Prng,
): NewRecord[] {
  if (view.metadataVersion() < MetadataVersion.CONTROLLER_REGISTRATION) return [];
  const registered = new Map(view.controllers().map((state) => [state.controllerId, state]));
  return voters
    .filter((voter) => !isRegistered(voter, registered.get(voter.id)))
    .map(({ id, endpoints }) => ({
      type: "registerController",
      version: 0,
      data: {
        controllerId: id,
        incarnationId: randomUuid(prng),
        zkMigrationReady: false,
        endPoints: endpoints.map((endpoint) => ({ ...endpoint, securityProtocol: 0 })),
        features: SUPPORTED_FEATURES.map(({ name, minVersion, maxVersion }) => ({
          name,
          minSupportedVersion: minVersion,
          maxSupportedVersion: maxVersion,
        })),
      },
    }));
}

function isRegistered({ endpoints }: Voter, state: ControllerState | undefined): boolean {
  if (state === undefined) return false;
  return endpoints.every(({ name, host, port }) =>
    state.endpoints.some((known) => {
      return known.name === name && known.host === host && known.port === port;
    }),
  );
}
