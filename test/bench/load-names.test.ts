/** What the load generator creates: names of its own for every client, which are known afterwards. */

import { expect, test } from "vitest";
import { createTopicsWire, loadedTopics } from "../../bench/load/create-topics-wire.ts";
import { etcdPutWire } from "../../bench/load/etcd-put-wire.ts";
import { clientPrefix } from "../../bench/load/wire.ts";
import { readRequest, readRequestBody } from "../../src/protocol/request-frame.ts";

test("the topics of a load are those that its clients have asked for", () => {
  const asked = [2, 1].flatMap((requests, client) => {
    const wire = createTopicsWire({
      prefix: clientPrefix("warm-12", client),
      replicationFactor: 3,
    });
    return Array.from({ length: requests }, () => topicIn(wire.next()));
  });
  expect(loadedTopics("warm-12", [2, 1])).toEqual(asked);
  expect(new Set(asked).size).toBe(3);
});

test.each(["bench-1", "bench-32", "bench-384"])(
  "no two clients of %s put the same key",
  (prefix) => {
    const keys = Array.from({ length: 384 }, (_, client) => {
      const request = Buffer.from(etcdPutWire(clientPrefix(prefix, client)).next()).toString();
      return (JSON.parse(request.split("\r\n\r\n")[1] ?? "") as { key: string }).key;
    });
    expect(new Set(keys).size).toBe(384);
  },
);

function topicIn(frame: Uint8Array): string | undefined {
  return readRequestBody("createTopics", readRequest(frame.slice(4))).topics[0]?.name;
}
