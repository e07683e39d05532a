/** Whose rights are gone is told nothing under a key either, and has nothing made. */

import { beforeEach, describe, expect, it } from "vitest";
import { Operation } from "../../src/state/authorizer.ts";
import { acl } from "../state/acls.ts";
import type { Cluster } from "./cluster.ts";
import type { HttpClient } from "./http-client.ts";
import {
  clusterForKeys,
  committedLog,
  creationOf,
  keyed,
  type Write,
  written,
} from "./keyed-writes.ts";
import { creation } from "./requests.ts";

let cluster: Cluster;
let admin: HttpClient;

beforeEach(() => {
  ({ cluster, admin } = clusterForKeys());
});

describe("rights come first:", () => {
  let alice: HttpClient;

  beforeEach(() => {
    alice = admin.newClient("User:alice");
  });

  /** The right of alice that each of these changes needs. */
  const CHANGES: readonly (readonly [
    string,
    Omit<Write, "kind" | "sender">,
    number,
    string | null,
  ])[] = [
    ["createTopics", { api: "createTopics", body: creation("orders") }, Operation.CREATE, "orders"],
    [
      "deleteTopics",
      { api: "deleteTopics", body: { topics: [{ name: "kept" }], timeoutMs: 5000 } },
      Operation.DELETE,
      "kept",
    ],
    [
      "createPartitions",
      {
        api: "createPartitions",
        body: { topics: [{ name: "kept", count: 3, assignments: null }], timeoutMs: 5000 },
      },
      Operation.ALTER,
      "kept",
    ],
    [
      "incrementalAlterConfigs",
      {
        api: "incrementalAlterConfigs",
        body: {
          resources: [
            {
              resourceType: 2,
              resourceName: "kept",
              configs: [{ name: "retention.ms", configOperation: 0, value: "5" }],
            },
          ],
        },
      },
      Operation.ALTER_CONFIGS,
      "kept",
    ],
    [
      "alterClientQuotas",
      {
        api: "alterClientQuotas",
        body: {
          entries: [
            {
              entity: [{ entityType: "user", entityName: "bob" }],
              ops: [{ key: "request_percentage", value: 5 }],
            },
          ],
        },
      },
      Operation.ALTER_CONFIGS,
      null,
    ],
  ];

  function rightTo(operation: number, topic: string | null) {
    return topic === null
      ? acl({ operation, resourceType: 4, resourceName: "kafka-cluster" })
      : acl({ operation, resourceName: topic });
  }

  function revoke(operation: number, topic: string | null): void {
    const { resourceType, resourceName, permissionType } = rightTo(operation, topic);
    const filter = {
      resourceTypeFilter: resourceType,
      resourceNameFilter: resourceName,
      principalFilter: "User:alice",
      hostFilter: null,
      operation,
      permissionType,
    };
    const { body } = written(admin.written("deleteAcls", { filters: [filter] }));
    expect(
      (body as { filterResults: readonly { matchingAcls: readonly unknown[] }[] }).filterResults[0]
        ?.matchingAcls,
    ).toHaveLength(1);
  }

  it.each(CHANGES)(
    "who has lost the right to %s is refused, not told the answer",
    (_, change, operation, topic) => {
      admin.written("createTopics", creation("kept"));
      admin.allow(rightTo(operation, topic));
      const asked: Write = {
        kind: "write",
        sender: alice.sender,
        ...change,
        idempotency: keyed("k"),
      };
      const first = written(alice.ask(asked));
      expect(JSON.stringify(first.body)).toContain('"errorCode":0');
      expect(written(alice.ask(asked)).replayed).toBe(true);
      revoke(operation, topic);
      const { logEndOffset } = cluster.status(admin.target);
      const refused = alice.ask(asked);
      // TOPIC_ and CLUSTER_AUTHORIZATION_FAILED, in the form that the request would be refused in anyway.
      expect(JSON.stringify(refused)).toMatch(/"errorCode":(29|31)|CLUSTER_AUTHORIZATION_FAILED/);
      expect(refused).not.toHaveProperty("replayed");
      expect(alice.ask({ ...asked, idempotency: keyed("k", { asked: "another" }) })).toEqual(
        refused,
      );
      expect(cluster.status(admin.target).logEndOffset).toBe(logEndOffset);
    },
  );

  it("who has lost one of several rights gets the answer again, and no part is made anew", () => {
    admin.allow(rightTo(Operation.CREATE, "orders"), rightTo(Operation.CREATE, "payments"));
    const topics = ["orders", "payments"].flatMap((name) => creation(name).topics ?? []);
    const asked = creationOf(alice, "", keyed("k"), { topics });
    const first = written(alice.ask(asked));
    revoke(Operation.CREATE, "payments");
    admin.written("deleteTopics", { topics: [{ name: "orders" }], timeoutMs: 5000 });
    expect(written(alice.ask(asked))).toMatchObject({ body: first.body, replayed: true });
    const made = committedLog(cluster, admin.target).filter(({ type }) => type === "TOPIC_RECORD");
    expect(made).toHaveLength(2);
  });

  it("a revoked token proves nothing any more", () => {
    admin.allow(rightTo(Operation.CREATE, "orders"));
    const asked = creationOf(alice, "orders", keyed("k"));
    alice.ask(asked);
    admin.change({ what: "revoke", tokenId: "alice-token-" });
    expect(alice.ask(asked).kind).toBe("unauthenticated");
  });
});
