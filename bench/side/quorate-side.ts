/** Our quorum, one workerd process for each controller. */

import { freePorts } from "../../cli/ports.ts";
import { Quorate } from "../../test/support/quorate.ts";
import type { KafkaSide, Member } from "./kafka-side.ts";

/** Of the Apache controllers: the same features are finalized there, eligible leader replicas (KIP-966) among them. */
const RELEASE = "4.3";

export async function startQuorate(
  options: { readonly inspectorPorts?: readonly number[] } = {},
): Promise<KafkaSide> {
  const quorate = await Quorate.start({ release: RELEASE, ...options });
  const members = quorate.controllers.map(
    (controller): Member => ({
      id: controller.id,
      port: controller.kafkaPort,
      get pid() {
        return controller.pid;
      },
      kill: () => controller.kill(),
      start: () => controller.restart(),
    }),
  );
  return {
    name: "quorate",
    clusterId: quorate.clusterId,
    members,
    // Not from the start: with an inspector the engine takes a stack trace for every line that is logged.
    restartInspected: async ({ id }) => {
      const [port = 0] = await freePorts(1);
      await quorate.controller(id).restart(port);
      return port;
    },
    close: () => quorate.close(),
  };
}
