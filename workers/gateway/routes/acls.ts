/** Access control lists: searching, adding, removing. */

import * as v from "valibot";
import { ErrorCode, errorName } from "../../../src/base/error-code.ts";
import type { AclFilter } from "../../../src/state/acl-filter.ts";
import {
  nameOf,
  Operation,
  PatternType,
  Permission,
  ResourceType,
} from "../../../src/state/authorizer.ts";
import type { AclState } from "../../../src/state/metadata-view.ts";
import { fields, listOf, oneOf, text } from "../input.ts";
import { errorFacts, HttpError, kafkaError } from "../kafka-error.ts";
import { consistencyQuery, pageOf, pageQuery, toToken } from "../parameters.ts";
import type { Links } from "../presentation.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { SECURITY_SHAPES } from "../shapes/security-shapes.ts";

const ACLS = `${CLUSTER}/acls`;
const MAX_ENTRIES = 1000;
const MAX_TEXT = 32_767;

type Word<T> = keyof T & string;

/** The names of a table's numbers, without those that only filters have. */
function wordsOf<T extends object, const X extends Word<T> = never>(
  table: T,
  ...without: readonly X[]
): readonly Exclude<Word<T>, X>[] {
  const words = Object.keys(table) as Word<T>[];
  return words.filter((word): word is Exclude<Word<T>, X> => !without.includes(word as X));
}

const entry = fields({
  resource_type: oneOf(wordsOf(ResourceType, "ANY")),
  resource_name: text(MAX_TEXT),
  pattern_type: oneOf(wordsOf(PatternType, "ANY", "MATCH")),
  principal: text(MAX_TEXT),
  host: text(255),
  operation: oneOf(wordsOf(Operation, "ANY")),
  permission: oneOf(wordsOf(Permission, "ANY")),
});

type Entry = v.InferOutput<typeof entry>;

const filterWords = {
  resource_type: oneOf(wordsOf(ResourceType)),
  pattern_type: oneOf(wordsOf(PatternType)),
  operation: oneOf(wordsOf(Operation)),
  permission: oneOf(wordsOf(Permission)),
};
const filterTexts = {
  resource_name: v.optional(text(MAX_TEXT)),
  principal: v.optional(text(MAX_TEXT)),
  host: v.optional(text(255)),
};

interface FilterQuery {
  readonly resource_type: Word<typeof ResourceType>;
  readonly resource_name?: string | undefined;
  readonly pattern_type: Word<typeof PatternType>;
  readonly principal?: string | undefined;
  readonly host?: string | undefined;
  readonly operation: Word<typeof Operation>;
  readonly permission: Word<typeof Permission>;
}

function filterOf(query: FilterQuery): AclFilter {
  return {
    resourceType: ResourceType[query.resource_type],
    resourceName: query.resource_name ?? null,
    patternType: PatternType[query.pattern_type],
    principal: query.principal ?? null,
    host: query.host ?? null,
    operation: Operation[query.operation],
    permissionType: Permission[query.permission],
  };
}

function aclJson(links: Links, clusterId: string, acl: Omit<AclState, "id">) {
  const names = {
    resource_type: nameOf(ResourceType, acl.resourceType),
    resource_name: acl.resourceName,
    pattern_type: nameOf(PatternType, acl.patternType),
    principal: acl.principal,
    host: acl.host,
    operation: nameOf(Operation, acl.operation),
    permission: nameOf(Permission, acl.permissionType),
  };
  const self = `${links.url([], "acls")}?${new URLSearchParams(names)}`;
  return { kind: "KafkaAcl", metadata: { self }, cluster_id: clusterId, ...names };
}

const search = route({
  method: "GET",
  path: ACLS,
  operationId: "searchAcls",
  tag: "Security",
  summary: "Search ACLs",
  description: "What is left out is any. MATCH finds every pattern that covers resource_name.",
  query: {
    resource_type: v.optional(filterWords.resource_type, "ANY"),
    resource_name: filterTexts.resource_name,
    pattern_type: v.optional(filterWords.pattern_type, "ANY"),
    principal: filterTexts.principal,
    host: filterTexts.host,
    operation: v.optional(filterWords.operation, "ANY"),
    permission: v.optional(filterWords.permission, "ANY"),
    ...pageQuery(1000),
    ...consistencyQuery,
  },
  answers: { 200: { description: "A page of ACLs.", schema: SECURITY_SHAPES.KafkaAclList } },
  right: { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const read = { what: "acls", filter: filterOf(call.query), page: pageOf(call.query) } as const;
    const { disabled, acls, next } = await call.quorum.read(read);
    if (disabled) throw kafkaError("SECURITY_DISABLED", "No Authorizer is configured.");
    const data = acls.map((acl) => aclJson(call.links, call.clusterId, acl));
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(call.links.list("KafkaAclList", [], "acls", data, link));
  },
});

function creationOf(asked: Entry) {
  return {
    resourceType: ResourceType[asked.resource_type],
    resourceName: asked.resource_name,
    resourcePatternType: PatternType[asked.pattern_type],
    principal: asked.principal,
    host: asked.host,
    operation: Operation[asked.operation],
    permissionType: Permission[asked.permission],
  };
}

const CREATED = {
  201: { description: "Created.", schema: null, headers: { Location: "The ACLs." } },
};
const ALTER = { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" } as const;
/** Somebody may have deleted it in between. */
const ONCE = { idempotent: false };

const create = route({
  method: "POST",
  path: ACLS,
  operationId: "createAcl",
  tag: "Security",
  summary: "Create an ACL",
  body: entry,
  answers: CREATED,
  right: ALTER,
  async handle(call) {
    const request = { creations: [creationOf(call.body)] };
    const { results } = await call.quorum.write("createAcls", request, ONCE);
    const [created] = results;
    if (created === undefined) throw new Error("Cannot read the answer: it names no ACL");
    if (created.errorCode !== ErrorCode.NONE) {
      throw kafkaError(errorName(created.errorCode), created.errorMessage);
    }
    return call.context.body(null, 201, { Location: call.links.url([], "acls") });
  },
});

const createMany = route({
  method: "POST",
  path: `${ACLS}:batch`,
  operationId: "createAcls",
  tag: "Security",
  summary: "Create ACLs",
  isBatch: true,
  description: "An entry that is refused does not keep the others from being created.",
  body: fields({
    data: v.pipe(listOf(entry, MAX_ENTRIES), v.minLength(1, "must have at least one entry")),
  }),
  answers: {
    ...CREATED,
    207: { description: "Some were not created.", schema: SECURITY_SHAPES.AclFailures },
  },
  right: ALTER,
  async handle(call) {
    const request = { creations: call.body.data.map(creationOf) };
    const { results } = await call.quorum.write("createAcls", request, ONCE);
    const refused = results.flatMap(({ errorCode, errorMessage }, index) =>
      errorCode === ErrorCode.NONE ? [] : [{ index, errorCode, errorMessage }],
    );
    const [first] = refused;
    if (first !== undefined && refused.length === results.length) {
      const error = kafkaError(errorName(first.errorCode), first.errorMessage);
      const message = `Entry ${first.index}: ${error.message}`;
      throw new HttpError(error.status, error.errorCode, message, error.headers);
    }
    if (first !== undefined) {
      const failures = refused.map(({ index, errorCode, errorMessage }) => {
        const facts = errorFacts(errorName(errorCode), errorMessage);
        return { index, error_code: facts.errorCode, message: facts.message };
      });
      return call.context.json({ failures }, 207);
    }
    return call.context.body(null, 201, { Location: call.links.url([], "acls") });
  },
});

const remove = route({
  method: "DELETE",
  path: ACLS,
  operationId: "deleteAcls",
  tag: "Security",
  summary: "Delete the ACLs that a filter chooses",
  query: { ...filterWords, ...filterTexts },
  answers: {
    200: { description: "What was deleted.", schema: SECURITY_SHAPES.KafkaAclsDeleted },
  },
  right: ALTER,
  async handle(call) {
    const { resourceType, resourceName, patternType, principal, host, ...rest } = filterOf(
      call.query,
    );
    const filter = {
      resourceTypeFilter: resourceType,
      resourceNameFilter: resourceName,
      patternTypeFilter: patternType,
      principalFilter: principal,
      hostFilter: host,
      ...rest,
    };
    const { filterResults } = await call.quorum.write("deleteAcls", { filters: [filter] }, ONCE);
    const [result] = filterResults;
    if (result === undefined) throw new Error("Cannot read the answer: it names no filter");
    if (result.errorCode !== ErrorCode.NONE) {
      throw kafkaError(errorName(result.errorCode), result.errorMessage);
    }
    const data = result.matchingAcls.map((acl) => aclJson(call.links, call.clusterId, acl));
    return call.ok({ data });
  },
});

export const aclRoutes: readonly Route[] = [search, create, createMany, remove];
