"""Spanish words of one meaning a line; behind the bar, phrases that mean it too."""

from __future__ import annotations

GROUPS = """
precio precios costo coste cuesta cuestan tarifa caro barato vale pagar cobran | cuánto cuesta, cuánto vale, cuánto es
horario horarios abierto abren abrir cierran cerrado cierre hora horas | a qué hora, hasta qué hora
fin-de-semana sábado domingo
lunes martes miércoles jueves viernes
dirección ubicación ubicados encuentra calle llegar | dónde están, dónde está, dónde puedo encontrar, cómo llego
aparcar aparcamiento estacionar estacionamiento coche carro parking
cita reserva reservar turno
pedir pedido encargar encargo
cancelar cancelación anular baja
cambiar mover aplazar modificar
reembolso devolución devolver dinero
reparación reparar arreglar arreglo roto averiado
duración tarda tardan tiempo días minutos rápido esperar | cuánto tiempo, cuánto tarda
envío enviar entrega entregar domicilio reparto llevar
alquilar alquiler rentar
comprar vender venden compra
usado segunda-mano ocasión
pago pagar tarjeta efectivo transferencia
factura recibo
descuento rebaja oferta estudiante
gratis gratuito prueba probar
suscripción plan contrato
garantía garantizado
seguro aseguradora mutua
niño niña niños hijo hija bebé
miedo nervioso ansiedad
dolor duele
urgencia urgente emergencia
silla-de-ruedas accesible discapacitado ascensor
contacto contactar teléfono número llamar correo email
ayuda soporte asistencia
añadir agregar invitar
eliminar borrar
cuenta perfil
contraseña olvidé olvidado restablecer
exportar descargar
importar subir
datos información
seguridad seguro cifrado
privacidad rgpd
aplicación app móvil celular
alergia alérgenos ingredientes gluten lactosa
vegano vegetariano
perro mascota animal
tienda taller clínica local
"""

CARRIERS = """
puedo puede pueden quiero quisiera necesito hay tienen tiene hacer saber pregunta hola gracias favor también
cuál cuáles cuánto cuánta ofrecen posible
"""
