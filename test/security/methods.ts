/** Names of the methods, the inherited ones included, whose first parameter is called so. */
export function methodsThatTake(prototype: object, parameter: RegExp): readonly string[] {
  return methodsOf(prototype).flatMap(([name, source]) => {
    const first = /^(?:async )?(?:\*\s*)?[\w$]+\((\w+)/.exec(source)?.[1];
    return first !== undefined && parameter.test(first) ? [name] : [];
  });
}

/** Name and source of each. */
function methodsOf(prototype: object): readonly (readonly [name: string, source: string])[] {
  if (prototype === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) =>
    typeof value === 'function' ? [[name, String(value)] as const] : [],
  );
  return [...own, ...methodsOf(Object.getPrototypeOf(prototype) as object)];
}
