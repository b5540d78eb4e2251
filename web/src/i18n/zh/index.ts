import ownAttr from './ownattr';
import base from './base';
import people from './people';
import reach from './reach';
import system from './system';
import value from './value';

export default { ...ownAttr, ...base, ...people, ...reach, ...system, ...value };
