/** ApiVersions (KIP-511, KIP-584): which APIs, features and finalized levels this controller answers for. */

import { ErrorCode } from "../base/error-code.ts";
import { APIS, type ApiName, type RequestOf, type ResponseInit } from "../protocol/apis.ts";
import { SUPPORTED_FEATURES } from "../state/features.ts";

const SOFTWARE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

/** What is finalized as far as this controller knows it to be committed. */
export interface FinalizedFeatures {
  /** Last committed offset; -1 when nothing is known to be committed. */
  readonly offset: number;
  readonly levels: ReadonlyMap<string, number>;
}

/** The answer to a version of ApiVersions that is too new: version 0, naming the range to come back with. */
export function unsupportedApiVersions(): ResponseInit<"apiVersions"> {
  const { key, request } = APIS.apiVersions;
  return {
    errorCode: ErrorCode.UNSUPPORTED_VERSION,
    apiKeys: [{ apiKey: key, minVersion: request.minVersion, maxVersion: request.maxVersion }],
  };
}

export function describeApiVersions(
  request: RequestOf<"apiVersions">,
  version: number,
  served: readonly ApiName[],
  finalized: FinalizedFeatures,
): ResponseInit<"apiVersions"> {
  if (!isValid(request, version)) return { errorCode: ErrorCode.INVALID_REQUEST };
  return {
    apiKeys: served.map((name) => {
      const { key, request: schema } = APIS[name];
      return { apiKey: key, minVersion: schema.minVersion, maxVersion: schema.maxVersion };
    }),
    // Clients before version 4 cannot read a range that begins at zero.
    supportedFeatures: SUPPORTED_FEATURES.filter(
      ({ minVersion }) => version >= 4 || minVersion > 0,
    ),
    finalizedFeaturesEpoch: BigInt(finalized.offset),
    finalizedFeatures: [...finalized.levels].map(([name, level]) => ({
      name,
      minVersionLevel: level,
      maxVersionLevel: level,
    })),
  };
}

function isValid(request: RequestOf<"apiVersions">, version: number): boolean {
  if (version >= 5 && (request.clusterId === null) !== (request.nodeId === -1)) return false;
  if (version < 3) return true;
  return (
    SOFTWARE_NAME.test(request.clientSoftwareName) &&
    SOFTWARE_NAME.test(request.clientSoftwareVersion)
  );
}
