/** The only module that calls fetch, and the one error that says which call failed and why. */

const TIMEOUT_MS = 20_000;

interface Failure {
  method: string;
  url: string;
  /** 0 when there was no answer at all. */
  status: number;
  code: string;
  requestId?: string | null;
  /** Seconds to wait, where the server said so. */
  retryAfter?: number | undefined;
  help?: string | undefined;
}

export interface ApiError extends Failure {}

/** A call that did not work. */
export class ApiError extends Error {
  constructor(failure: Failure, message = "") {
    super(message);
    Object.assign(this, failure);
  }

  /** One line for the console with all that support would ask for. */
  describe(): string {
    const { method, url, status, code, requestId, message, help } = this;
    return `[autochat] ${method} ${url} failed: ${status || "no answer"}, ${code}${requestId ? `, request ${requestId}` : ""}. ${message}${help ? ` See ${help}` : ""}`;
  }
}

/** Launcher and panel are two files with a class each, so an error is known by what it can do. */
export function isApiError(error: unknown): error is ApiError {
  return typeof (error as ApiError | null)?.describe === "function";
}

export interface Call {
  body?: object;
  timeout?: number;
  signal?: AbortSignal;
  keepalive?: boolean;
  headers?: Record<string, string>;
}

/** One tenant's widget endpoints, with the token on every call. */
export class Api {
  readonly #base: string;

  constructor(
    apiUrl: string,
    tenantId: string,
    private readonly token: string,
  ) {
    this.#base = `${apiUrl.replace(/\/+$/, "")}/api/widgets/${encodeURIComponent(tenantId.trim())}`;
  }

  /** Call and read the JSON; the answer counts only when it says that it is a success. */
  async call<Shape>(method: string, path: string, call: Call = {}): Promise<Shape> {
    const signal = AbortSignal.timeout(call.timeout ?? TIMEOUT_MS);
    return this.read<Shape>(await this.open(method, path, { ...call, signal }), method, signal);
  }

  /** The JSON of an answer, as `call` takes it. */
  async read<Shape>(response: Response, method: string, signal: AbortSignal): Promise<Shape> {
    const data = (await response.json().catch(() => signal.aborted)) as (Shape & { success?: boolean }) | null;
    if (data?.success) return data;
    const { url, status } = response;
    throw signal.aborted ? unreached(method, url, signal) : new ApiError({ method, url, status, code: "bad_response" }, "Check apiUrl.");
  }

  /** Call and give back the answer with its body unread; an error status is thrown. */
  async open(method: string, path: string, { body, signal, keepalive, headers }: Call): Promise<Response> {
    const url = this.#base + path;
    const response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${this.token.trim()}`, ...(body && { "Content-Type": "application/json" }), ...headers },
      credentials: "omit",
      cache: "no-store",
      body: body ? JSON.stringify(body) : null,
      keepalive: !!keepalive,
      signal: signal ?? null,
    }).catch(() => {
      throw unreached(method, url, signal);
    });
    if (!response.ok) throw await refused(method, url, response);
    return response;
  }
}

async function refused(method: string, url: string, response: Response): Promise<ApiError> {
  const data = (await response.json().catch(() => ({}))) as { error?: Record<string, string> };
  const { code = "unknown_error", message, request_id, help } = data.error ?? {};
  const { status, headers } = response;
  const requestId = request_id ?? headers.get("X-Request-ID");
  const seconds = Number.parseInt(headers.get("Retry-After") as string);
  return new ApiError({ method, url, status, code, requestId, retryAfter: seconds >= 0 ? seconds : undefined, help }, message);
}

function unreached(method: string, url: string, signal: AbortSignal | undefined): ApiError {
  const code = !signal?.aborted ? "network" : signal.reason?.name === "TimeoutError" ? "timeout" : "aborted";
  const advice = code === "network" ? "Check apiUrl, the page's CSP (connect-src) and the widget's allowed domains." : "";
  return new ApiError({ method, url, status: 0, code }, advice);
}
