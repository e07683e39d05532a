// The controllers of this deployment, as its bindings name them.

import type { ApiReply, ApiRequest } from "../src/controller/api.ts";
import { controllerStub } from "./controller/stub.ts";
import { type Env, MAX_CONTROLLER_ID } from "./env.ts";
import type { ControllerDirectory } from "./gateway/controller-directory.ts";

/** The directory that a request's bindings amount to. */
export function directoryOf(env: Env): ControllerDirectory {
  return {
    ids: () => {
      const all = Array.from({ length: MAX_CONTROLLER_ID }, (_, index) => index + 1);
      return all.filter((id) => controllerStub(env, id) !== null);
    },
    // A new stub each time: one that failed may stay broken.
    call: async (id: number, request: ApiRequest): Promise<ApiReply> => {
      const stub = controllerStub(env, id);
      if (stub === null) throw new Error(`Cannot call controller ${id}: there is none of that id`);
      return (await stub.api(request)) as ApiReply;
    },
  };
}
