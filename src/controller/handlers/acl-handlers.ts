/** Access control lists. */

import { decideCreateAcls } from "../../state/decide-create-acls.ts";
import { decideDeleteAcls } from "../../state/decide-delete-acls.ts";
import { describeAcls } from "../../state/describe-acls.ts";
import { type Handlers, LINEARIZABLE, localRead, mutation } from "../handler.ts";

export const ACL_HANDLERS = {
  createAcls: mutation((quorum, request) => {
    const { prng, config } = quorum;
    const { authorizerEnabled } = config;
    return decideCreateAcls(request, quorum.view(), { prng, authorizerEnabled });
  }, LINEARIZABLE),
  deleteAcls: mutation(
    (quorum, request) => decideDeleteAcls(request, quorum.view(), quorum.config),
    LINEARIZABLE,
  ),
  describeAcls: localRead((view, request, _context, { config }) =>
    describeAcls(request, view, config),
  ),
} satisfies Handlers;
