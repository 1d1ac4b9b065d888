import { type Check, fine, wrong } from "../check.ts";
import { addressIn, type BucketPlace } from "./place.ts";

/** Whether a bucket's region is known, and where it is asked. Without one sccache has no hits and says nothing. */
export function regionCheck(id: string, place: BucketPlace): Check {
  const { bucket, region, endpoint } = place;
  if (region === undefined) {
    const remedy = "Set `options: { region: … }`, SCCACHE_REGION or AWS_REGION, with an endpoint of your own too";
    return wrong(id, `${bucket}: no region is known: sccache would silently have no hits`, remedy);
  }
  const where = endpoint === undefined ? addressIn(place).host : endpoint;
  return fine(id, `${bucket}: region ${region}, endpoint ${where}`);
}
