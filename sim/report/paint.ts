/** The few styles that reports use. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Gives a text its style where the stream shows styles, and leaves it alone where not. */
export type Paint = (style: Style, text: string) => string;

export const plainPaint: Paint = (_style, text) => text;
