import { configureGlobal, readConfigureGlobal } from 'fast-check';

/** The same inputs in every run: what passes today passes tomorrow. New inputs are tried by campaigns, which print their seeds. */
configureGlobal({ ...readConfigureGlobal(), seed: 20261122 });
