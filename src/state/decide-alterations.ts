/** What both APIs that alter configs have in common: resource by resource, all records of all of them or none. */

import { ErrorCode } from "../base/error-code.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { alterationRefusal, type ConfigChange } from "./config-alteration.ts";
import { type ConfigResourceName, clearElrRecords, configRecord } from "./config-records.ts";
import type { ConfigRefusal } from "./config-refusal.ts";
import {
  type AskedResource,
  answerTo,
  type ConfigRights,
  type ResourceAnswer,
  sortResources,
} from "./config-resources.ts";
import { MAX_RECORDS_PER_USER_OP, TOO_LARGE } from "./decision.ts";
import type { MetadataView } from "./metadata-view.ts";

export interface AlterConfigsContext {
  readonly rights: ConfigRights;
  /** True when a broker has passed the request on. */
  readonly forwarded: boolean;
}

/** What a request comes to for one resource; a failure is one of all of them. */
export type Planned =
  | { readonly changes: readonly ConfigChange[] }
  | { readonly refusal: ConfigRefusal }
  | { readonly failure: ConfigRefusal };

interface Alterations<R> extends AlterConfigsContext {
  readonly validateOnly: boolean;
  plan(resource: R & ConfigResourceName): Planned;
}

type ConfigRecord = ReturnType<typeof configRecord>;

export interface DecidedAlterations {
  readonly records: readonly NewRecord[];
  readonly responses: readonly ResourceAnswer[];
  /** What is said of every resource of the request instead, when there is nothing else to say. */
  readonly failure: ConfigRefusal | null;
}

export function decideAlterations<R extends AskedResource>(
  resources: readonly R[],
  view: MetadataView,
  { plan, rights, forwarded, validateOnly }: Alterations<R>,
): DecidedAlterations {
  const { wanted, answers } = sortResources(resources, rights);
  const configs: ConfigRecord[] = [];
  const responses = [...answers];
  for (const resource of wanted) {
    const planned = plan(resource);
    if ("failure" in planned) return failed(planned.failure);
    const refusal =
      "refusal" in planned
        ? planned.refusal
        : alterationRefusal(view, { ...resource, changes: planned.changes }, { forwarded });
    if (refusal === null && "changes" in planned) {
      for (const { name, value } of planned.changes) {
        configs.push(configRecord(resource, name, value));
      }
    }
    responses.push(answerTo(resource, refusal));
  }
  const records: NewRecord[] = [...configs, ...clearElrRecords(view, configs)];
  if (records.length > MAX_RECORDS_PER_USER_OP) {
    return failed({ errorCode: ErrorCode.POLICY_VIOLATION, message: TOO_LARGE });
  }
  return { records: validateOnly ? [] : records, responses, failure: null };
}

function failed(failure: ConfigRefusal): DecidedAlterations {
  return { records: [], responses: [], failure };
}
