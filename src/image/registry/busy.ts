import { Busy, type Http, type HttpAnswer } from "./http.ts";

/** HTTP that rejects with `Busy` where a server answers that it may do later. */
export function unlessBusy(http: Http): Http {
  return async (ask) => {
    const answer = await http(ask);
    if (!isPassing(answer.status)) return answer;
    answer.cancel();
    const pauseMs = pauseOf(answer);
    const { host } = new URL(answer.origin);
    const when = pauseMs === undefined ? "" : `, and wants to be asked again in ${Math.ceil(pauseMs / 1000)} s`;
    throw new Busy(`${host} answered ${answer.status}${when}`, pauseMs);
  };
}

function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** RFC 9110 §10.2.3: seconds, or a date, which is by the server's own clock. */
function pauseOf({ header }: HttpAnswer): number | undefined {
  const text = header("retry-after")?.trim() ?? "";
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(header("date") ?? "");
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
