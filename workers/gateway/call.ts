/** What a handler is given: the checked request, and the ways to answer it. */

import type { Uuid } from "../../src/base/uuid.ts";
import type { Precondition, TaggedResource } from "../../src/controller/api.ts";
import { answerHeaders } from "./answer-headers.ts";
import type { GatewayContext, QuorumCalls, TrueAt } from "./context.ts";
import { IF_MATCH, IF_NONE_MATCH, namesEtag, strongEtags } from "./etags.ts";
import { uuidOf } from "./idempotency.ts";
import { newUuid } from "./kafka-uuid.ts";
import { Links } from "./presentation.ts";

export class Call<P, Q, B> {
  readonly context: GatewayContext;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly clusterId: string;
  #links: Links | null = null;
  #etag: string | null = null;

  constructor(
    context: GatewayContext,
    checked: { readonly params: P; readonly query: Q; readonly body: B },
  ) {
    this.context = context;
    this.params = checked.params;
    this.query = checked.query;
    this.body = checked.body;
    this.clusterId = context.req.param("cluster_id") ?? "";
  }

  /** Made when it is asked for: what is answered again has its links. */
  get links(): Links {
    this.#links ??= new Links(this.context, this.clusterId);
    return this.#links;
  }

  get quorum(): QuorumCalls {
    return this.context.get("quorum");
  }

  /** A new UUID; under an idempotency key the same one whenever the request is sent. */
  async newUuid(label: string): Promise<Uuid> {
    const { idempotency } = this.quorum;
    return idempotency === null ? newUuid() : uuidOf(idempotency, label);
  }

  ok(body: object): Response {
    return this.#complete(new Response(JSON.stringify(body), { headers: this.#headers() }));
  }

  /**
   * `ok` with what is made of the result of a read and of nothing else but the URL, so that both the same mean the same
   * text.
   */
  okFrom(result: object, make: () => object): Response {
    const { url } = this.context.req;
    const known = bodies.get(result);
    if (known?.url === url) return this.#okAgain(known);
    const body: MadeBody = { url, text: JSON.stringify(make()), headers: null, trueAt: null };
    bodies.set(result, body);
    return this.#okAgain(body);
  }

  /** Headers that are made anew cost as much as a call within the isolate; what is true at the same offset has the same. */
  #okAgain(body: MadeBody): Response {
    const { trueAt } = this.quorum;
    if (
      body.headers === null ||
      body.trueAt?.offset !== trueAt?.offset ||
      body.trueAt?.epoch !== trueAt?.epoch
    ) {
      body.headers = new Headers(this.#headers());
      body.trueAt = trueAt;
    } else body.headers.set("X-Request-Id", this.context.get("requestId"));
    return this.#complete(new Response(body.text, { headers: body.headers }));
  }

  #headers(): Record<string, string> {
    const headers = this.#headersOfNothing();
    headers["Content-Type"] = "application/json";
    return headers;
  }

  #headersOfNothing(): Record<string, string> {
    const headers = answerHeaders(this.context.get("requestId"), this.quorum);
    if (this.#etag !== null) headers.ETag = `"${this.#etag}"`;
    return headers;
  }

  #complete(response: Response): Response {
    this.quorum.complete(response);
    return response;
  }

  created(body: object, location: string): Response {
    return this.context.json(body, 201, { Location: location });
  }

  nothing(): Response {
    return this.context.body(null, 204);
  }

  /** What `ok` answers carries the ETag of what it shows. */
  tag(etag: string): void {
    this.#etag = etag;
  }

  /** The answer where `If-None-Match` names the ETag of what would be shown, for reads of nothing else; null otherwise. */
  unchanged(): Response | null {
    const header = this.context.req.header(IF_NONE_MATCH);
    if (header === undefined || this.#etag === null || !namesEtag(header, this.#etag)) return null;
    return this.#complete(new Response(null, { status: 304, headers: this.#headersOfNothing() }));
  }

  /** The link to the next part of a list: this request, from another position on. */
  nextLink(pageToken: string): string {
    const url = new URL(this.context.req.url);
    url.searchParams.set("page_token", pageToken);
    return url.href;
  }

  /** What `If-Match` asks of a resource; undefined without the header. */
  precondition(resource: TaggedResource): { readonly precondition?: Precondition } {
    const header = this.context.req.header(IF_MATCH);
    if (header === undefined) return {};
    return { precondition: { resource, etags: strongEtags(header) } };
  }
}

/** The last answer that was made of a result. Directories that hand out the same object again save making it again. */
const bodies = new WeakMap<object, MadeBody>();

interface MadeBody {
  readonly url: string;
  readonly text: string;
  headers: Headers | null;
  trueAt: TrueAt | null;
}
