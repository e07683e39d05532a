/** DescribeCluster on the controller listener (KIP-919): how tools with --bootstrap-controller find the controllers. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { MetadataVersion } from "../state/metadata-version.ts";
import type { MetadataView } from "../state/metadata-view.ts";

const BROKERS = 1;
const CONTROLLERS = 2;

export interface ClusterIdentity {
  readonly clusterId: string;
  readonly leaderId: number;
  readonly listenerName: string;
  /** Asked for only when the request wants to know. */
  authorizedOperations(): number;
}

export function describeCluster(
  request: RequestOf<"describeCluster">,
  version: number,
  view: MetadataView,
  identity: ClusterIdentity,
): ResponseInit<"describeCluster"> {
  if (view.featureLevel("metadata.version") < MetadataVersion.CONTROLLER_REGISTRATION) {
    return refused(
      ErrorCode.UNSUPPORTED_VERSION,
      "Direct-to-controller communication is not supported with the current MetadataVersion.",
    );
  }
  if (request.endpointType !== CONTROLLERS) {
    return request.endpointType === BROKERS
      ? refused(
          version === 0 ? ErrorCode.INVALID_REQUEST : ErrorCode.MISMATCHED_ENDPOINT_TYPE,
          "The request was sent to an endpoint of type CONTROLLER, but we wanted an endpoint of type BROKER",
        )
      : refused(
          ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
          `Unsupported endpoint type ${request.endpointType}`,
        );
  }
  const brokers = view.controllers().flatMap(({ controllerId, endpoints }) => {
    const endpoint = endpoints.find(({ name }) => name === identity.listenerName);
    if (endpoint === undefined) return [];
    return [{ brokerId: controllerId, host: endpoint.host, port: endpoint.port }];
  });
  const active = brokers.some(({ brokerId }) => brokerId === identity.leaderId);
  return {
    endpointType: CONTROLLERS,
    clusterId: identity.clusterId,
    controllerId: active ? identity.leaderId : -1,
    brokers,
    ...(request.includeClusterAuthorizedOperations
      ? { clusterAuthorizedOperations: identity.authorizedOperations() }
      : {}),
  };
}

function refused(errorCode: number, errorMessage: string): ResponseInit<"describeCluster"> {
  return { errorCode, errorMessage };
}
