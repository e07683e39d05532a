/** Envelopes that no broker sends: without a readable principal or address, or around what may not be forwarded. */

import { APIS, type ApiName, type RequestInit } from "../../../src/protocol/apis.ts";
import { encodeRequest } from "../../../src/protocol/request-frame.ts";
import type { Area } from "./area.ts";
import type { Desk } from "./desk.ts";

const PRINCIPAL = new Uint8Array([0, 0, 5, 85, 115, 101, 114, 2, 120, 0, 0]);

export class EnvelopeMistakes implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const desk = this.#desk;
    const right = {
      requestData: inner("unregisterController", { controllerId: 77 }),
      requestPrincipal: PRINCIPAL,
      clientHostAddress: new Uint8Array([10, 1, 0, 1]),
    };
    desk.ask(
      "envelope",
      desk.pick([
        { ...right, requestPrincipal: null },
        { ...right, requestPrincipal: new Uint8Array([0, 7]) },
        { ...right, clientHostAddress: new Uint8Array(3) },
        { ...right, requestData: inner("describeAcls", { resourceNameFilter: "x" }) },
        { ...right, requestData: new Uint8Array([255, 255, 0, 0, 0, 0, 0, 1]) },
      ]),
    );
  }
}

function inner<N extends ApiName>(api: N, body: RequestInit<N>): Uint8Array {
  const version = APIS[api].request.maxVersion;
  return encodeRequest({ api, version, correlationId: 1, clientId: "inner", body });
}
