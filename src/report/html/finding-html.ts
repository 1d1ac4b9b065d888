import type { Finding } from "../../finding/finding.ts";
import { platformsOf } from "../finding-group.ts";
import { deletedText, layerText, placeText } from "../place-text.ts";
import type { RuleHelp } from "../rule-help.ts";
import { html, type Markup } from "./markup.ts";

/** Of one finding so many places are listed; json has them all. */
const mostPlaces = 100;

/** A finding with its places folded away. */
export function findingHtml(finding: Finding, help: RuleHelp | undefined, withPlatform: boolean): Markup {
  const { rule, severity, message, remedy, fingerprint, secret, where, places = [], unlisted = 0 } = finding;
  const deleted = deletedText(where);
  const platforms = withPlatform ? platformsOf(finding) : [];
  const name = secret?.name === undefined ? undefined : html`<strong>${secret.name}</strong> `;
  const encoding = secret?.encoding === undefined || secret.encoding === "raw" ? "" : `, as ${secret.encoding}`;
  return html`<article class="${severity}" data-severity="${severity}" data-rule="${rule}">
<h3><span class="severity">${severity}</span> ${name}${ruleLink(rule, help)}${encoding}</h3>
<p class="where">${placeText(where) || message}</p>
${deleted === undefined ? undefined : html`<p class="warning">${deleted}</p>`}
${platforms.length === 0 ? undefined : html`<p class="faint">${platforms.join(", ")}</p>`}
<p>${message}.${secret === undefined ? "" : ` ${secret.redacted}.`}</p>
<p>→ ${remedy}</p>
${placesHtml(places, unlisted)}
<p class="faint">fingerprint <code>${fingerprint}</code></p>
</article>
`;
}

function ruleLink(rule: string, help: RuleHelp | undefined): Markup {
  return help === undefined ? html`${rule}` : html`<a href="#rule-${rule}">${rule}</a>`;
}

function placesHtml(places: readonly Finding["where"][], unlisted: number): Markup | undefined {
  if (places.length === 0) return undefined;
  const count = places.length + unlisted;
  const items = places.slice(0, mostPlaces).map((place) => {
    const layer = layerText(place);
    const platform = "platform" in place && place.platform !== undefined ? `${place.platform} ` : "";
    return html`<li><span class="where">${placeText(place)}</span>${layer === undefined ? undefined : html` <span class="faint">${platform}${layer}</span>`}</li>`;
  });
  const more = count - items.length;
  const where = unlisted === 0 ? "lists them" : `lists ${places.length - items.length} of them`;
  const rest = more > 0 ? html`<li>and ${more} more: --format json ${where}</li>` : undefined;
  return html`<details><summary>${count} more ${count === 1 ? "place" : "places"}</summary><ul>${items}${rest}</ul></details>`;
}
