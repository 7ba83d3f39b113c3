declare module "*.css" {
  /** The style sheet's text, minified by the build. */
  const text: string;
  export default text;
}

/** The panel's file with the hash of its content, put in by the build. */
declare const PANEL_FILE: string;
