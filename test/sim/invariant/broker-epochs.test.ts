/** Every life of a broker must have an epoch of its own, and every record about a broker must name it. */

import { beforeEach, expect, test } from "vitest";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import { BrokerEpochs } from "./broker-epochs.ts";
import { broken, committed, record } from "./histories.ts";

const LIFE_1 = "LifeOneAAAAAAAAAAAAAAA";
const LIFE_2 = "LifeTwoAAAAAAAAAAAAAAA";

let invariant: BrokerEpochs;

/** Broker 101 is registered at offset 10, with that as its epoch. */
beforeEach(() => {
  invariant = new BrokerEpochs();
  commit(10, registration(101, 10n, LIFE_1));
});

function commit(offset: number, written: NewRecord): void {
  invariant.onCommitted(committed([written], { baseOffset: offset, lastOffset: offset }));
}

function registration(brokerId: number, brokerEpoch: bigint, incarnationId: string): NewRecord {
  return record("registerBroker", { brokerId, brokerEpoch, incarnationId });
}

test("lives with growing epochs that every record names are accepted", () => {
  commit(11, record("unfenceBroker", { id: 101, epoch: 10n }));
  commit(12, registration(101, 10n, LIFE_1));
  commit(13, record("producerIds", { brokerId: 101, brokerEpoch: 10n, nextProducerId: 1000n }));
  commit(14, record("brokerRegistrationChange", { brokerId: 101, brokerEpoch: 10n, fenced: 1 }));
  commit(15, registration(101, 15n, LIFE_2));
  commit(16, record("fenceBroker", { id: 101, epoch: 15n }));
  commit(17, registration(102, 17n, LIFE_1));
  commit(18, record("unregisterBroker", { brokerId: 102, brokerEpoch: 17n }));
  commit(19, registration(102, 19n, LIFE_1));
});

test("a life that gets another epoch is found", () => {
  expect(broken(() => commit(11, registration(101, 11n, LIFE_1)))).toEqual([
    "broker-epochs",
    "the same life of broker 101 has epoch 10, then 11",
  ]);
});

test("a new life with an epoch that was given before is found", () => {
  expect(broken(() => commit(11, registration(102, 10n, LIFE_2)))).toEqual([
    "broker-epochs",
    "broker 102 gets epoch 10, 10 was given",
  ]);
});

test("an epoch beyond the offset of the registration is found", () => {
  expect(broken(() => commit(11, registration(101, 12n, LIFE_2)))).toEqual([
    "broker-epochs",
    "broker 101 gets epoch 12 at offset 11",
  ]);
});

test.each([
  record("fenceBroker", { id: 101, epoch: 9n }),
  record("unfenceBroker", { id: 101, epoch: 9n }),
  record("brokerRegistrationChange", { brokerId: 101, brokerEpoch: 9n }),
  record("unregisterBroker", { brokerId: 101, brokerEpoch: 9n }),
  record("producerIds", { brokerId: 101, brokerEpoch: 9n, nextProducerId: 1000n }),
])("a $type record that names another epoch than the registered one is found", (written) => {
  expect(broken(() => commit(11, written))).toEqual([
    "broker-epochs",
    `${written.type} names broker 101 in epoch 9, registered is 10`,
  ]);
});

test("a record about a broker that is not registered any more is found", () => {
  commit(11, record("unregisterBroker", { brokerId: 101, brokerEpoch: 10n }));
  expect(broken(() => commit(12, record("fenceBroker", { id: 101, epoch: 10n })))).toEqual([
    "broker-epochs",
    "fenceBroker names broker 101 in epoch 10, registered is none",
  ]);
});
