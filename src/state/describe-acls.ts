/** DescribeAcls (KIP-140, KIP-290): the entries that a filter chooses, by resource pattern. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { aclsMatching, filterOf } from "./acl-filter.ts";
import type { AclState, MetadataView } from "./metadata-view.ts";

type Response = ResponseInit<"describeAcls">;

/** Error code: SECURITY_DISABLED, when ACLs are not enforced. */
export function describeAcls(
  request: RequestOf<"describeAcls">,
  view: MetadataView,
  { authorizerEnabled }: { readonly authorizerEnabled: boolean },
): Response {
  if (!authorizerEnabled) {
    return {
      errorCode: ErrorCode.SECURITY_DISABLED,
      errorMessage: "No Authorizer is configured on the broker",
    };
  }
  const found = aclsMatching(view, filterOf(request));
  const byPattern = Map.groupBy(found, ({ resourceType, patternType, resourceName }) =>
    [resourceType, patternType, resourceName].join("/"),
  );
  return { resources: [...byPattern.values()].map(resourceOf) };
}

/** Some entries of one pattern. */
function resourceOf(acls: readonly AclState[]): NonNullable<Response["resources"]>[number] {
  const { resourceType = 0, patternType = 0, resourceName = "" } = acls[0] ?? {};
  return {
    resourceType,
    resourceName,
    patternType,
    acls: acls.map(({ principal, host, operation, permissionType }) => ({
      principal,
      host,
      operation,
      permissionType,
    })),
  };
}
