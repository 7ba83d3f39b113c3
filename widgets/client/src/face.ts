/** The rest of the tenant's taste, which only the panel has to know. */

import { webUrl } from "./options";
import type { WidgetConfig, WidgetOptions } from "./types";

export interface Face {
  name: string;
  avatarUrl: string;
  logoUrl: string;
  wordmarkUrl: string;
  greeting: string;
  branding: boolean;
}

/** Merge options and settings; an option's picture is relative to the page, a setting's to the API. */
export function mergeFace(options: WidgetOptions, { name, widget = {} }: WidgetConfig, page: string = location.href): Face {
  const picture = (key: "avatarUrl" | "headerLogoUrl" | "headerWordmarkUrl"): string =>
    webUrl(options[key], page) ?? webUrl(widget[key], options.apiUrl) ?? "";
  return {
    name: options.companyName ?? name ?? "",
    avatarUrl: picture("avatarUrl"),
    logoUrl: picture("headerLogoUrl"),
    wordmarkUrl: picture("headerWordmarkUrl"),
    greeting: widget.greetingMessage ?? "",
    branding: widget.showBranding ?? true,
  };
}
