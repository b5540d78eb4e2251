import attr from './attr';
import base from './base';
import people from './people';
import reach from './reach';
import system from './system';

export default { ...attr, ...base, ...people, ...reach, ...system };
