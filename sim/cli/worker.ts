import './seal-first.js';
import { scenarios } from '../../scenarios/index.js';
import { serveVoyages } from '../campaign/serve-voyages.js';

serveVoyages(scenarios);
