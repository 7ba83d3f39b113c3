/** The widget's line drawings, on a 16-pixel grid. */

export const BUBBLE = "M2.5 3h11v8H8.2l-3.4 2.6V11H2.5z";
export const DOWN = "m3.75 6 4.25 4.25L12.25 6";
export const CROSS = "m4 4 8 8m0-8-8 8";
export const SEND = "M13.75 2.25 9.4 13.6 7.1 8.9 2.4 6.6zm0 0L7.1 8.9";
export const STOP = "M4.75 4.75h6.5v6.5h-6.5z";
export const WARNING = "M8 2.4 14.4 13.4H1.6zM8 6.4v3.2m0 1.7v.1";
export const EYE = "M1.6 8C3.2 5.2 5.3 3.8 8 3.8s4.8 1.4 6.4 4.2c-1.6 2.8-3.7 4.2-6.4 4.2S3.2 10.8 1.6 8zM10 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0z";
export const PAGE = "M4 1.9h5L12.1 5v9.1H4zM9 1.9V5h3.1";
export const STAR = "m8 1.9 1.87 3.8 4.2.6-3.04 2.96.72 4.18L8 11.46l-3.75 1.98.72-4.18L1.93 6.3l4.2-.6z";
export const CLOCK = "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM8 4.6V8l2.3 1.6";
